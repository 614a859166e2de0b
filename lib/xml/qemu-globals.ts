/**
 * The `-global` switches in QEMU arguments as "DRIVER.PROPERTY" to on or off, in both forms QEMU takes
 * ("-global D.P=off" and "-global driver=D,property=P,value=off"). The last one of a name wins, as in QEMU.
 * Values that are not on or off are left out.
 */
export function qemuGlobals(argv: readonly string[]): ReadonlyMap<string, boolean> {
  const globals = new Map<string, boolean>();
  argv.forEach((argument, index) => {
    if (argument !== '-global' && argument !== '--global') return;
    const [name, value] = split(argv[index + 1] ?? '');
    if (/^(on|yes|true|y)$/.test(value)) globals.set(name, true);
    if (/^(off|no|false|n)$/.test(value)) globals.set(name, false);
  });
  return globals;
}

function split(argument: string): readonly [string, string] {
  const short = /^([^.=,]+\.[^=,]+)=(.*)$/.exec(argument);
  if (short) return [short[1] ?? '', short[2] ?? ''];
  const parts = new Map(
    argument.split(',').map((part): [string, string] => {
      const [key = '', ...rest] = part.split('=');
      return [key, rest.join('=')];
    }),
  );
  return [`${parts.get('driver') ?? ''}.${parts.get('property') ?? ''}`, parts.get('value') ?? ''];
}
