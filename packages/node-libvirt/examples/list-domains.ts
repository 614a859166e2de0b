// Lists the domains and their states.   node list-domains.js [URI]
import { connect, DomainState } from 'node-libvirt';

await using connection = await connect(process.argv[2]);
for (const domain of await connection.listAllDomains()) {
  const { state } = await domain.getState();
  console.log(domain.name, state === DomainState.RUNNING ? 'running' : `state ${state}`);
}
