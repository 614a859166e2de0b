import {
  array,
  type Carried,
  type Codec,
  int,
  nullable,
  string,
  struct,
  uhyper,
  uint,
} from '../xdr/codec.js';
import { qemu, remote } from './procedure.js';
import { domainRef, uuid } from './types.js';

/** One address of a guest's interface (remote_domain_ip_addr). */
const ipAddress = struct({ type: int, addr: string, prefix: uint });

/** One interface of a guest with its addresses (remote_domain_interface). */
const domainInterface = struct({ name: string, hwaddr: nullable(string), addrs: array(ipAddress, 2048) });
export type DomainInterface = Carried<typeof domainInterface>;

// The protocol has "unsigned char" and "unsigned short"; XDR puts both into four bytes.
const small: Codec<number> = uint;

const dom = { dom: domainRef };
const domFlags = { dom: domainRef, flags: uint };
const domXml = { dom: domainRef, xml: string, flags: uint };

/** Procedures about domains. Numbers and shapes: remote_protocol.x and qemu_protocol.x of libvirt 9.0. */
export const domainProcedures = {
  domainCreateXml: remote(10, { xmlDesc: string, flags: uint }, dom),
  domainDestroy: remote(12, dom, {}),
  domainGetXmlDesc: remote(14, domFlags, { xml: string }),
  domainGetAutostart: remote(15, dom, { autostart: int }),
  domainGetInfo: remote(16, dom, {
    state: small,
    maxMem: uhyper,
    memory: uhyper,
    nrVirtCpu: small,
    cpuTime: uhyper,
  }),
  domainLookupById: remote(22, { id: int }, dom),
  domainLookupByName: remote(23, { name: string }, dom),
  domainLookupByUuid: remote(24, { uuid }, dom),
  domainReboot: remote(27, domFlags, {}),
  domainResume: remote(28, dom, {}),
  domainSetAutostart: remote(29, { dom: domainRef, autostart: int }, {}),
  domainSuspend: remote(34, dom, {}),
  domainIsActive: remote(150, dom, { active: int }),
  domainIsPersistent: remote(151, dom, { persistent: int }),
  domainAttachDeviceFlags: remote(160, domXml, {}),
  domainDetachDeviceFlags: remote(161, domXml, {}),
  domainUpdateDeviceFlags: remote(174, domXml, {}),
  domainCreateWithFlags: remote(196, domFlags, dom),
  domainIsUpdated: remote(202, dom, { updated: int }),
  domainInjectNmi: remote(210, domFlags, {}),
  domainGetState: remote(212, domFlags, { state: int, reason: int }),
  domainSendKey: remote(
    226,
    { dom: domainRef, codeset: uint, holdtime: uint, keycodes: array(uint, 16), flags: uint },
    {},
  ),
  domainUndefineFlags: remote(231, domFlags, {}),
  domainDestroyFlags: remote(234, domFlags, {}),
  domainReset: remote(245, domFlags, {}),
  domainShutdownFlags: remote(258, domFlags, {}),
  domainSetMetadata: remote(
    264,
    {
      dom: domainRef,
      type: int,
      metadata: nullable(string),
      key: nullable(string),
      uri: nullable(string),
      flags: uint,
    },
    {},
  ),
  domainGetMetadata: remote(
    265,
    { dom: domainRef, type: int, uri: nullable(string), flags: uint },
    { metadata: string },
  ),
  connectListAllDomains: remote(
    273,
    { needResults: int, flags: uint },
    { domains: array(domainRef, 16_384), ret: uint },
  ),
  domainDefineXmlFlags: remote(350, { xml: string, flags: uint }, dom),
  domainInterfaceAddresses: remote(
    353,
    { dom: domainRef, source: uint, flags: uint },
    { ifaces: array(domainInterface, 2048) },
  ),
  domainDetachDeviceAlias: remote(392, { dom: domainRef, alias: string, flags: uint }, {}),
  qemuDomainMonitorCommand: qemu(1, { dom: domainRef, cmd: string, flags: uint }, { result: string }),
} as const;
