/** PCI devices by the driver that takes them: vendor, and devices as four hex digits each. */
export interface NetworkIds {
  readonly driver: string;
  readonly vendor: number;
  readonly devices: string;
}

/**
 * From the device tables of the drivers in Linux 6.1 ("modinfo -F alias"), 8139C+ from revision 0x20 on; virtio's from
 * the Virtual I/O Device specification 1.2, 4.1.2 (0x1000 + the transitional network device, 0x1040 + device type 1).
 */
export const NETWORK_IDS: readonly NetworkIds[] = [
  { driver: 'virtio_net', vendor: 0x1af4, devices: '1000 1041' },
  { driver: 'ena', vendor: 0x1d0f, devices: '0051 0ec2 1ec2 ec20 ec21' },
  { driver: 'gve', vendor: 0x1ae0, devices: '0042' },
  {
    driver: 'e1000',
    vendor: 0x8086,
    devices:
      '1000 1001 1004 1008 1009 100c 100d 100e 100f 1010 1011 1012 1013 1014 1015 1016 1017 ' +
      '1018 1019 101a 101d 101e 1026 1027 1028 1075 1076 1077 1078 1079 107a 107b 107c 108a ' +
      '1099 10b5 2e6e',
  },
  {
    driver: 'e1000e',
    vendor: 0x8086,
    devices:
      '0d4c 0d4d 0d4e 0d4f 0d53 0d55 0dc5 0dc6 0dc7 0dc8 1049 104a 104b 104c 104d 105e 105f ' +
      '1060 107d 107e 107f 108b 108c 1096 1098 109a 10a4 10a5 10b9 10ba 10bb 10bc 10bd 10bf ' +
      '10c0 10c2 10c3 10c4 10c5 10cb 10cc 10cd 10ce 10d3 10d5 10d9 10da 10de 10df 10e5 10ea ' +
      '10eb 10ef 10f0 10f5 10f6 1501 1502 1503 150c 1525 153a 153b 1559 155a 156f 1570 15a0 ' +
      '15a1 15a2 15a3 15b7 15b8 15b9 15bb 15bc 15bd 15be 15d6 15d7 15d8 15df 15e0 15e1 15e2 ' +
      '15e3 15f4 15f5 15f9 15fa 15fb 15fc 1a1c 1a1d 1a1e 1a1f 294c 550a 550b 550c 550d 550e ' +
      '550f 5510 5511',
  },
  {
    driver: 'igb',
    vendor: 0x8086,
    devices:
      '0438 043a 043c 0440 10a7 10a9 10c9 10d6 10e6 10e7 10e8 150a 150d 150e 150f 1510 1511 ' +
      '1516 1518 1521 1522 1523 1524 1526 1527 1533 1536 1537 1538 1539 157b 157c 1f40 1f41 ' +
      '1f45',
  },
  { driver: 'igbvf', vendor: 0x8086, devices: '10ca 1520' },
  { driver: 'ixgbevf', vendor: 0x8086, devices: '10ed 1515 152e 1530 1564 1565 15a8 15a9 15c5 57ad' },
  { driver: 'iavf', vendor: 0x8086, devices: '154c 1571 1889 37cd' },
  {
    driver: 'mlx5_core',
    vendor: 0x15b3,
    devices:
      '1011 1012 1013 1014 1015 1016 1017 1018 1019 101a 101b 101c 101d 101e 101f 1021 1023 ' +
      '1025 1027 2101 a2d2 a2d3 a2d6 a2dc a2df',
  },
  { driver: 'vmxnet3', vendor: 0x15ad, devices: '07b0' },
  { driver: '8139cp', vendor: 0x10ec, devices: '8139' },
];
