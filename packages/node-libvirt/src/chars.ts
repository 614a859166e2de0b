/** Text that libvirt sends as an array of chars: it ends at the first NUL, or with the array. */
export function charsToString(chars: Buffer): string {
  const end = chars.indexOf(0);
  return chars.toString('utf8', 0, end === -1 ? chars.length : end);
}
