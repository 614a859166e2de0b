/**
 * The other side sent bytes that are not libvirt's protocol, or a value was to be sent that the protocol cannot carry
 * (a string over 4 MiB, an integer out of range). On a call it rejects that call; in the framing it ends the connection.
 */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}
