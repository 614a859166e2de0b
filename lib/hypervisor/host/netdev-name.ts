// dev_valid_name, net/core/dev.c: shorter than IFNAMSIZ (16), neither "." nor "..", no '/', ':' or white space.
// A leading '-' is legal for the kernel and an option to every tool: hotnic never names such a device to one.
const NAME = /^(?!-)(?!\.{1,2}$)[^\s/:]{1,15}$/;

/** A name that a netdev can have, and that a command can be given. */
export function isNetdevName(name: string): boolean {
  return NAME.test(name) && Buffer.byteLength(name) <= 15;
}
