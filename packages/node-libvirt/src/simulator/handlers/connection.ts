import { ErrorCode } from '../../generated/constants/error-code.js';
import { ConnectFlags, Feature } from '../../protocol/program.js';
import { Failure, From } from '../failure.js';
import type { Handlers } from './handler.js';

const FEATURES: readonly number[] = [
  Feature.programKeepalive,
  Feature.remoteEventCallback,
  Feature.remoteCloseCallback,
];

/** Opening, asking about the host, and registering for events. */
export const connectionHandlers = {
  authList: (_args, { world }) => ({ types: world.setup.auth ?? [0] }),
  authPolkit: (_args, { world }) => {
    if (world.setup.polkit !== false) return { complete: 1 };
    throw new Failure(
      ErrorCode.AUTH_FAILED,
      "access denied by policy 'org.libvirt.unix.manage'",
      From.polkit,
    );
  },
  connectSupportsFeature: ({ feature }) => ({ supported: FEATURES.includes(feature) ? 1 : 0 }),
  connectOpen: ({ name, flags }, call) => {
    call.uri = name;
    call.readOnly = (flags & ConnectFlags.readOnly) !== 0;
    return {};
  },
  connectClose: () => ({}),
  connectGetType: () => ({ type: 'QEMU' }),
  connectGetVersion: (_args, { world }) => ({ hvVer: BigInt(world.setup.version ?? 7_002_000) }),
  connectGetLibVersion: (_args, { world }) => ({ libVer: BigInt(world.setup.libVersion ?? 9_000_000) }),
  connectGetHostname: (_args, { world }) => ({ hostname: world.setup.hostname ?? 'simulator' }),
  connectGetUri: (_args, { uri }) => ({ uri: uri ?? '' }),
  connectIsSecure: () => ({ secure: 1 }),
  connectGetCapabilities: () => ({
    capabilities: '<capabilities><host><cpu><arch>x86_64</arch></cpu></host></capabilities>',
  }),
  connectGetDomainCapabilities: ({ virttype }) => ({
    capabilities: `<domainCapabilities><domain>${virttype === 'kvm' ? 'kvm' : 'qemu'}</domain></domainCapabilities>`,
  }),
  connectDomainEventCallbackRegisterAny: ({ eventId, dom }, call) => {
    const callbackId = call.world.events.register(eventId, dom?.uuid ?? null, (frame) => {
      call.send(frame);
    });
    call.ownRegistration(callbackId);
    return { callbackId };
  },
  connectDomainEventCallbackDeregisterAny: ({ callbackId }, { world }) => {
    if (world.events.deregister(callbackId)) return {};
    throw new Failure(ErrorCode.INVALID_ARG, `no event callback with id ${callbackId}`, From.rpc);
  },
} satisfies Handlers;
