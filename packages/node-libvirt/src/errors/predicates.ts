import { ErrorCode } from '../generated/constants/error-code.js';
import { LibvirtError } from './libvirt-error.js';

/** True for a daemon's error, of the given code if one is given. */
export function isLibvirtError(error: unknown, code?: number): error is LibvirtError {
  return error instanceof LibvirtError && (code === undefined || error.code === code);
}

/** The domain does not exist (any more). */
export function isNoDomain(error: unknown): error is LibvirtError {
  return isLibvirtError(error, ErrorCode.NO_DOMAIN);
}

/** The network does not exist (any more). */
export function isNoNetwork(error: unknown): error is LibvirtError {
  return isLibvirtError(error, ErrorCode.NO_NETWORK);
}

/** The node device does not exist (any more). */
export function isNoNodeDevice(error: unknown): error is LibvirtError {
  return isLibvirtError(error, ErrorCode.NO_NODE_DEVICE);
}

/** The network has no such port (any more). */
export function isNoNetworkPort(error: unknown): error is LibvirtError {
  return isLibvirtError(error, ErrorCode.NO_NETWORK_PORT);
}

/** The storage pool does not exist (any more). */
export function isNoStoragePool(error: unknown): error is LibvirtError {
  return isLibvirtError(error, ErrorCode.NO_STORAGE_POOL);
}

/** The volume does not exist (any more). */
export function isNoStorageVolume(error: unknown): error is LibvirtError {
  return isLibvirtError(error, ErrorCode.NO_STORAGE_VOL);
}

/** The secret does not exist (any more). */
export function isNoSecret(error: unknown): error is LibvirtError {
  return isLibvirtError(error, ErrorCode.NO_SECRET);
}

/** The host has no such interface (any more). */
export function isNoInterface(error: unknown): error is LibvirtError {
  return isLibvirtError(error, ErrorCode.NO_INTERFACE);
}

/** The domain has no such snapshot (any more). */
export function isNoDomainSnapshot(error: unknown): error is LibvirtError {
  return isLibvirtError(error, ErrorCode.NO_DOMAIN_SNAPSHOT);
}

/** No network filter is bound to that netdev (any more). */
export function isNoFilterBinding(error: unknown): error is LibvirtError {
  return isLibvirtError(error, ErrorCode.NO_NWFILTER_BINDING);
}

/** The domain has no device that matches: it is gone, or was never there. */
export function isDeviceMissing(error: unknown): error is LibvirtError {
  return isLibvirtError(error, ErrorCode.DEVICE_MISSING);
}

/** Not possible in the state the object is in: a live change to a stopped domain, a device in use. */
export function isOperationInvalid(error: unknown): error is LibvirtError {
  return isLibvirtError(error, ErrorCode.OPERATION_INVALID);
}

/** The hypervisor refused or failed; also "unplug of device was rejected by the guest". */
export function isOperationFailed(error: unknown): error is LibvirtError {
  return isLibvirtError(error, ErrorCode.OPERATION_FAILED);
}

/** libvirt gave up waiting, for the job of a domain for instance. */
export function isOperationTimeout(error: unknown): error is LibvirtError {
  return isLibvirtError(error, ErrorCode.OPERATION_TIMEOUT);
}

/** The guest agent does not answer. */
export function isAgentUnresponsive(error: unknown): error is LibvirtError {
  return isLibvirtError(error, ErrorCode.AGENT_UNRESPONSIVE);
}

/** Not allowed: a change over a read-only connection, or libvirt's access control. */
export function isDenied(error: unknown): error is LibvirtError {
  return isLibvirtError(error, ErrorCode.OPERATION_DENIED) || isLibvirtError(error, ErrorCode.ACCESS_DENIED);
}

/** The driver behind the connection does not have this function. */
export function isNoSupport(error: unknown): error is LibvirtError {
  return isLibvirtError(error, ErrorCode.NO_SUPPORT);
}

/** There is no metadata under that type and namespace. */
export function isNoDomainMetadata(error: unknown): error is LibvirtError {
  return isLibvirtError(error, ErrorCode.NO_DOMAIN_METADATA);
}
