import { ProtocolError } from '../errors/protocol-error.js';
import type { Codec } from '../xdr/codec.js';
import { HEADER_BYTES } from '../xdr/limits.js';
import { XdrReader } from '../xdr/reader.js';
import { XdrWriter } from '../xdr/writer.js';

/** What a message is (virNetMessageType). Descriptors are named so that they can be told apart. */
export const MessageType = {
  call: 0,
  reply: 1,
  event: 2,
  stream: 3,
  callWithFds: 4,
  replyWithFds: 5,
  streamHole: 6,
} as const;

/** How it went (virNetMessageStatus); calls and events are always ok. */
export const MessageStatus = { ok: 0, error: 1, continue: 2 } as const;

/** The six header words of a message (virNetMessageHeader). */
export interface Header {
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
  readonly type: number;
  readonly serial: number;
  readonly status: number;
}

/** A message as it came in; the payload has not been looked at. */
export interface Frame {
  readonly header: Header;
  readonly payload: Buffer;
}

/** Builds a whole frame, its length word included. Throws ProtocolError when the value cannot be sent. */
export function encodeFrame<T>(header: Header, codec: Codec<T>, value: T): Buffer {
  const writer = new XdrWriter();
  codec.write(writer, value);
  return withHeader(writer.frame(), header);
}

/** Builds a frame whose payload is bytes as they are: data of a stream. */
export function encodeRaw(header: Header, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  frame.set(payload, HEADER_BYTES);
  return withHeader(frame, header);
}

function withHeader(frame: Buffer, header: Header): Buffer {
  frame.writeUInt32BE(frame.length, 0);
  frame.writeUInt32BE(header.program, 4);
  frame.writeUInt32BE(header.version, 8);
  frame.writeInt32BE(header.procedure, 12);
  frame.writeInt32BE(header.type, 16);
  frame.writeUInt32BE(header.serial, 20);
  frame.writeInt32BE(header.status, 24);
  return frame;
}

/** Takes one whole frame apart; `bytes` is exactly as long as its length word says. */
export function decodeFrame(bytes: Buffer): Frame {
  return {
    header: {
      program: bytes.readUInt32BE(4),
      version: bytes.readUInt32BE(8),
      procedure: bytes.readInt32BE(12),
      type: bytes.readInt32BE(16),
      serial: bytes.readUInt32BE(20),
      status: bytes.readInt32BE(24),
    },
    payload: bytes.subarray(HEADER_BYTES),
  };
}

/** Reads a payload that must hold exactly one value. Throws ProtocolError, saying what was being read. */
export function decodePayload<T>(codec: Codec<T>, payload: Buffer, what: string): T {
  try {
    const reader = new XdrReader(payload);
    const value = codec.read(reader);
    reader.end();
    return value;
  } catch (cause) {
    if (!(cause instanceof ProtocolError)) throw cause;
    throw new ProtocolError(`${what}: ${cause.message}`, { cause });
  }
}
