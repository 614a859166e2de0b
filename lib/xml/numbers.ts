/** A number as libvirt writes it, "0x1f" or "31"; null when it is missing, malformed or above `max`. */
export function libvirtNumber(text: string | null, max = 0xffff_ffff): number | null {
  if (text === null || !/^(0x[0-9a-f]{1,8}|[0-9]{1,10})$/i.test(text.trim())) return null;
  const value = Number(text.trim());
  return value <= max ? value : null;
}
