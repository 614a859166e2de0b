/** A number as libvirt writes it, "0x1f" or "31"; null when it is missing, malformed or above `max`. */
export function libvirtNumber(text: string | null, max = 0xffff_ffff): number | null {
  if (text === null) return null;
  // By hand: a scan of a hypervisor reads a hundred thousand of them.
  const digits = text.trim();
  const hexadecimal = digits.startsWith('0x') || digits.startsWith('0X');
  const [base, first, most] = hexadecimal ? [16, 2, 10] : [10, 0, 10];
  if (digits.length === first || digits.length > most) return null;
  let value = 0;
  for (let at = first; at < digits.length; at++) {
    const digit = digitOf(digits.charCodeAt(at));
    if (digit >= base) return null;
    value = value * base + digit;
  }
  return value <= max ? value : null;
}

/** The value of a digit in either case; 16 for what is none. */
function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : 16;
}
