/** A network device's name as the kernel takes it: up to 15 bytes, no "/", ":" or white space, not "." or "..". */
export const DEVICE_NAME = /^(?!\.{1,2}$)[A-Za-z0-9_.-]{1,15}$/;
export const DEVICE_NAME_SHAPE = 'a device name of up to 15 letters, digits, "_", "-" or "."';

/** An alias that libvirt leaves to its users (docs/formatdomain, "User assigned aliases"). */
export const USER_ALIAS = /^ua-[A-Za-z0-9_-]{1,120}$/;
export const USER_ALIAS_SHAPE = '"ua-" followed by letters, digits, "_" or "-", such as ua-net1';

/** A libvirt object's name: no "/", no line end. */
export const OBJECT_NAME = /^(?=.*\S)[^/\p{Cc}]{1,255}$/u;
export const OBJECT_NAME_SHAPE = 'a name without "/" and control characters';
