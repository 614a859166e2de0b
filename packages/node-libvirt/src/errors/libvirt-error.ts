/** An error as the daemon reports it (virNetMessageError), every field kept. */
export interface ErrorFields {
  /** One of ErrorCode (virErrorNumber). */
  readonly code: number;
  /** Which part of libvirt reports it (virErrorDomain). */
  readonly domain: number;
  /** 1 warning, 2 error (virErrorLevel). */
  readonly level: number;
  readonly message: string | null;
  readonly str1: string | null;
  readonly str2: string | null;
  readonly str3: string | null;
  readonly int1: number;
  readonly int2: number;
}

/** The daemon answered a call with an error. `message` is its own text; `code` is one of ErrorCode. */
export class LibvirtError extends Error {
  override readonly name = 'LibvirtError';
  readonly code: number;
  readonly domain: number;
  readonly level: number;
  readonly str1: string | null;
  readonly str2: string | null;
  readonly str3: string | null;
  readonly int1: number;
  readonly int2: number;
  /** The procedure that was called, by its name in the table: "domainDetachDeviceFlags". */
  readonly procedure: string;

  constructor(fields: ErrorFields, procedure: string) {
    super(fields.message ?? `libvirt reports error ${fields.code} without a message`);
    this.code = fields.code;
    this.domain = fields.domain;
    this.level = fields.level;
    this.str1 = fields.str1;
    this.str2 = fields.str2;
    this.str3 = fields.str3;
    this.int1 = fields.int1;
    this.int2 = fields.int2;
    this.procedure = procedure;
  }
}
