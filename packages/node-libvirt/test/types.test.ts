import assert from 'node:assert/strict';
import type {
  Args,
  Connection,
  Domain,
  DomainRef,
  EventStream,
  LibvirtEvent,
  NodeDevice,
  Params,
  ProcedureName,
  Result,
  StorageVolume,
} from '../src/index.js';

// Each way round, and wrapped so that unions are not compared member by member.
type Same<A, B> = [A, B] extends [B, A] ? true : false;

/** Compiles only for types that are the same; tsc is the test, running it proves that it was compiled. */
function same<A, B>(yes: Same<A, B>): void {
  assert.equal(yes, true);
}

describe('the types', () => {
  it('say what each call is given and answers', () => {
    same<Result<'domainGetXmlDesc'>, { readonly xml: string }>(true);
    same<Result<'connectGetLibVersion'>['libVer'], bigint>(true);
    same<Args<'domainLookupByUuid'>, { readonly uuid: string }>(true);
    same<Args<'nodeDeviceDetachFlags'>['driverName'], string | null>(true);
    same<Args<'domainSendKey'>['keycodes'], readonly number[]>(true);
    same<Args<'authSaslStep'>['data'], Uint8Array>(true);
    same<Result<'authSaslStep'>['data'], Buffer>(true);
    same<Args<'connectClose'>, Readonly<Record<string, never>>>(true);
    same<'domainFly' extends ProcedureName ? true : false, false>(true);
    same<'qemuDomainAgentCommand' extends ProcedureName ? true : false, true>(true);
    same<'domainEventCallbackLifecycle' extends ProcedureName ? true : false, false>(true);
  });

  it('say what each event carries', () => {
    same<LibvirtEvent<'domain', 'device-removed'>['domain'], Domain>(true);
    same<LibvirtEvent<'domain', 'device-removed'>['alias'], string>(true);
    same<LibvirtEvent<'domain', 'metadata-change'>['uri'], string | null>(true);
    same<LibvirtEvent<'domain', 'job-completed'>['params'], Params>(true);
    same<LibvirtEvent<'domain', 'block-threshold'>['dev'], string>(true);
    same<LibvirtEvent<'node-device', 'update'>['device'], NodeDevice>(true);
    same<'callbackId' extends keyof LibvirtEvent<'domain', 'reboot'> ? true : false, false>(true);
    same<
      ReturnType<typeof Connection.prototype.events<'node-device', 'update'>>,
      EventStream<LibvirtEvent<'node-device', 'update'>>
    >(true);
  });

  it('give handles where the protocol has names', () => {
    same<Awaited<ReturnType<Connection['storageVolLookupByPath']>>, StorageVolume>(true);
    same<Awaited<ReturnType<Domain['getMemoryParameters']>>, Params>(true);
    same<Parameters<Connection['domainXMLToNative']>[1], string>(true);
    same<Domain['ref'], DomainRef>(true);
  });
});
