import { setTimeout as sleep } from 'node:timers/promises';
import { inGuest, openGuestChannel } from './lab.js';

// Holds a reference to a netdev: a packet socket whose send is blocked on a page that userfaultfd never fills.
// System calls by number (x86-64): mmap 9, ioctl 16, sendto 44, userfaultfd 323; linux/userfaultfd.h for the ioctls.
const HOLD = String.raw`
  my $netdev = shift;
  open(my $file, "<", "/sys/class/net/$netdev/ifindex") or die "no $netdev";
  my $ifindex = <$file> + 0;
  my ($page, $size) = (0x10000000000, 4096);
  syscall(9, $page, $size, 3, 0x32, -1, 0);
  my $fd = syscall(323, 0);
  die "userfaultfd: $!" if $fd < 0;
  my $api = pack("Q3", 0xaa, 0, 0);
  syscall(16, $fd, 0xc018aa3f, $api) == 0 or die "UFFDIO_API: $!";
  my $range = pack("Q4", $page, $size, 1, 0);
  syscall(16, $fd, 0xc020aa00, $range) == 0 or die "UFFDIO_REGISTER: $!";
  socket(my $socket, 17, 3, 0) or die "socket: $!";
  my $to = pack("S n l S C C a8", 17, 0x0800, $ifindex, 0, 0, 6, "\xff" x 6);
  $| = 1;
  print "holding\n";
  syscall(44, fileno($socket), $page, 100, 0, $to, length $to);
  print "sent: $!\n";
`;

/** Makes a process in the guest hold the netdev; the function returned ends it. */
export async function holdNetdev(guest: string, netdev: string): Promise<() => Promise<void>> {
  {
    await using channel = await openGuestChannel(guest);
    await channel.writeFile('/tmp/hold.pl', HOLD);
  }
  await inGuest(guest, 'ip', 'link', 'set', netdev, 'up');
  await inGuest(
    guest,
    'sh',
    '-c',
    'setsid perl /tmp/hold.pl "$1" > /tmp/hold.log 2>&1 < /dev/null & echo $! > /tmp/hold.pid',
    'sh',
    netdev,
  );
  await sleep(1_000);
  const log = await inGuest(guest, 'cat', '/tmp/hold.log');
  if (log !== 'holding') throw new Error(`the netdev is not held: ${log}`);
  return async () => {
    await inGuest(guest, 'sh', '-c', 'kill -9 $(cat /tmp/hold.pid)');
  };
}
