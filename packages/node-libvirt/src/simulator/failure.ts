import { ErrorCode } from '../generated/constants/error-code.js';
import type { ErrorFields } from '../errors/libvirt-error.js';

/** Parts of libvirt that report errors (virErrorDomain), as far as the simulator plays them. */
export const From = {
  none: 0,
  xml: 5,
  rpc: 7,
  qemu: 10,
  network: 19,
  nwfilter: 26,
  domain: 20,
  nodedev: 22,
  auth: 46,
  polkit: 60,
};

// What libvirt puts before the detail of an error of this code.
const PREFIX: Readonly<Record<number, string>> = {
  [ErrorCode.INTERNAL_ERROR]: 'internal error: %s',
  [ErrorCode.NO_SUPPORT]: 'this function is not supported by the connection driver: %s',
  [ErrorCode.INVALID_ARG]: 'invalid argument: %s',
  [ErrorCode.OPERATION_FAILED]: 'operation failed: %s',
  [ErrorCode.XML_ERROR]: 'XML error: %s',
  [ErrorCode.OPERATION_DENIED]: 'operation forbidden: %s',
  [ErrorCode.RPC]: 'Cannot write data: %s',
  [ErrorCode.NO_DOMAIN]: 'Domain not found: %s',
  [ErrorCode.NO_NETWORK]: 'Network not found: %s',
  [ErrorCode.AUTH_FAILED]: 'authentication failed: %s',
  [ErrorCode.NO_NODE_DEVICE]: 'Node device not found: %s',
  [ErrorCode.NO_NETWORK_PORT]: 'network port not found: %s',
  [ErrorCode.NO_NWFILTER_BINDING]: 'Network filter binding not found: %s',
  [ErrorCode.OPERATION_INVALID]: 'Requested operation is not valid: %s',
  [ErrorCode.CONFIG_UNSUPPORTED]: 'unsupported configuration: %s',
  [ErrorCode.NO_DOMAIN_METADATA]: 'metadata not found: %s',
  [ErrorCode.DEVICE_MISSING]: 'device not found: %s',
};

/** An error that the simulator answers, in libvirt's own shape. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly fields: ErrorFields;

  /** `detail` is what libvirt writes behind the prefix of the code. */
  constructor(code: number, detail: string, domain: number = From.domain) {
    const format = PREFIX[code] ?? '%s';
    const message = format.replace('%s', () => detail);
    super(message);
    const filled = { str1: format, str2: detail, str3: null, int1: -1, int2: -1 };
    this.fields = { code, domain, level: 2, message, ...filled };
  }
}

/** The domain does not run. */
export function notRunning(): Failure {
  return new Failure(ErrorCode.OPERATION_INVALID, 'domain is not running');
}
