import assert from 'node:assert/strict';
import { readDomain, type InterfaceXml } from '../../lib/xml/domain.js';
import { asUpdateOf, changeableInPlace, forOtherDefinition } from '../../lib/xml/other-half.js';
import { serialize } from '../../lib/xml/serialize.js';
import { domainXml, MAC_A, MAC_B, userNic } from '../operations/domains.js';

const domain = (...nics: string[]) => readDomain(domainXml({ nics }));
const first = ({ interfaces }: ReturnType<typeof domain>): InterfaceXml => interfaces[0] ?? assert.fail();

describe('a NIC of one definition, written for the other', () => {
  it('keeps its address where the slot is free there, or its counterpart’s', () => {
    const own = first(domain(userNic(MAC_A, 2)));
    assert.match(
      serialize(forOtherDefinition(own, domain(userNic(MAC_B, 1)), null)),
      /bus='0x02'|bus="0x02"/,
    );
    const other = domain(userNic(MAC_A, 2));
    assert.match(serialize(forOtherDefinition(own, other, first(other))), /0x02/);
  });

  it('leaves the address to libvirt where another device is in that slot, or the bus is not there', () => {
    const own = first(domain(userNic(MAC_A, 2)));
    assert.doesNotMatch(serialize(forOtherDefinition(own, domain(userNic(MAC_B, 2)), null)), /<address/);
    const small = readDomain(domainXml({ ports: [1], nics: [] }));
    assert.doesNotMatch(serialize(forOtherDefinition(own, small, null)), /<address/);
  });

  it('is on its network again, without what libvirt gave the running one', () => {
    const live = first(
      domain(`<interface type='bridge'><mac address='${MAC_A}'/>
        <source network='default' portgroup='a' portid='8e' bridge='virbr0'/>
        <target dev='vnet3'/><alias name='net0'/><model type='virtio'/></interface>`),
    );
    const xml = serialize(forOtherDefinition(live, domain(), null)).replaceAll('"', "'");
    assert.match(xml, /^<interface type='network'>/);
    assert.match(xml, /<source network='default' portgroup='a'\/>/);
    assert.doesNotMatch(xml, /vnet3|net0|virbr0|portid/);
  });

  it('keeps an alias and a target name of the user’s own', () => {
    const live = first(domain(userNic(MAC_A, 1, "<alias name='ua-mine'/><target dev='web-tap'/>")));
    assert.match(serialize(forOtherDefinition(live, domain(), null)), /ua-mine[^]*web-tap/);
  });

  it('as an update has the running one’s place, and what is wanted of it', () => {
    const live = first(domain(userNic(MAC_A, 1, "<alias name='net0'/>")));
    const wanted = first(domain(userNic(MAC_A, 3, "<link state='down'/>"))).element;
    const xml = serialize(asUpdateOf(live, wanted));
    assert.match(xml, /net0/);
    assert.match(xml, /0x01/);
    assert.match(xml, /down/);
    assert.doesNotMatch(xml, /0x03/);
  });

  it('is changed in place for link, source and limits; not for model, MAC, address or MTU', () => {
    assert.ok(changeableInPlace(['link/@state', 'source/@network', '@type', 'bandwidth/inbound/@average']));
    for (const path of ['model/@type', 'mac/@address', 'address', 'mtu/@size', 'linkage'])
      assert.equal(changeableInPlace(['link/@state', path]), false, path);
  });
});
