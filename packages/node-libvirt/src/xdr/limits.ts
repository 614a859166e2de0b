/** Most bytes of one string on the wire (REMOTE_STRING_MAX in remote_protocol.x of libvirt 9.0). */
export const MAX_STRING_BYTES = 4_194_304;

/** Bytes of a message without its length word (VIR_NET_MESSAGE_MAX in virnetprotocol.x). */
export const MAX_MESSAGE_BYTES = 33_554_432;

/** Bytes of the length word that stands before each message; the length counts it. */
export const LENGTH_BYTES = 4;

/** Bytes of the smallest frame: the length word and the six header words. */
export const HEADER_BYTES = 28;

/** Bytes of the largest frame, its length word included. */
export const MAX_FRAME_BYTES = MAX_MESSAGE_BYTES + LENGTH_BYTES;
