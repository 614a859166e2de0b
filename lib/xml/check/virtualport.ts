import type { InterfaceInput, VirtualportSpec } from '../spec-types.js';
import { defined, type Say } from './report.js';
import { matching, oneOf, whole } from './values.js';

const PARAMETERS = [
  'interfaceid',
  'profileid',
  'managerid',
  'typeid',
  'typeidversion',
  'instanceid',
] as const;
type Parameter = (typeof PARAMETERS)[number];

const TAKES: Readonly<Record<NonNullable<VirtualportSpec['type']>, readonly Parameter[]>> = {
  openvswitch: ['interfaceid', 'profileid'],
  '802.1Qbh': ['profileid'],
  '802.1Qbg': ['managerid', 'typeid', 'typeidversion', 'instanceid'],
  midonet: ['interfaceid'],
};
const UUID = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

/** The port of a virtual switch, with the parameters that its type has. */
export function checkVirtualport(
  input: InterfaceInput['virtualport'],
  say: Say,
): VirtualportSpec | undefined {
  if (!input) return undefined;
  const code = 'virtualport-invalid';
  const types = Object.keys(TAKES) as (keyof typeof TAKES)[];
  const type = oneOf(input.type, types, { code, what: 'the virtual port’s type' }, say);
  const unfit = PARAMETERS.filter(
    (name) => input[name] !== undefined && type !== undefined && !TAKES[type].includes(name),
  );
  for (const name of unfit)
    say(code, `a virtual port of type ${type ?? ''} has no ${name}`, `leave the ${name} out`);
  if (type === 'midonet' && input.interfaceid === undefined)
    say(code, 'a virtual port of type midonet needs its interfaceid', 'give the UUID of the port');
  const uuid = (name: 'interfaceid' | 'instanceid') =>
    matching(input[name], UUID, { code, what: `the ${name}`, shape: 'a UUID' }, say);
  const number = (name: Parameter & ('managerid' | 'typeid' | 'typeidversion'), max: number) =>
    whole(input[name], { code, what: `the ${name}`, min: 0, max }, say);
  return defined({
    type,
    interfaceid: uuid('interfaceid'),
    profileid: matching(
      input.profileid,
      /^[^\p{Cc}]{1,39}$/u,
      { code, what: 'the profileid', shape: 'up to 39 characters' },
      say,
    ),
    managerid: number('managerid', 0xff),
    typeid: number('typeid', 0xff_ffff),
    typeidversion: number('typeidversion', 0xff),
    instanceid: uuid('instanceid'),
  });
}
