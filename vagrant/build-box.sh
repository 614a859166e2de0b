#!/bin/sh
# Builds hotnic-guest.box, a Vagrant box for libvirt, from the Debian packages of this machine's own mirror and suite;
# or hotnic-hypervisor.box, with a libvirt and an IOMMU of its own:  build-box.sh [guest|hypervisor]
# Does nothing when the box was built from the same inputs before. Needs root, but no loop device and no hypervisor.
set -eu
umask 022
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"

here=$(cd "$(dirname "$0")" && pwd)
kind=${1:-guest}
box=$here/hotnic-$kind.box
partial=$here/.partial-$$.box

packages="systemd systemd-sysv dbus udev kmod initramfs-tools zstd linux-image-amd64 openssh-server sudo bash
  iproute2 ethtool pciutils iputils-ping procps tcpdump qemu-guest-agent"

kernel_args=
case $kind in
guest) ;;
hypervisor)
  packages="$packages libvirt-daemon-system libvirt-daemon-config-network libvirt-clients qemu-system-x86 qemu-utils
    dnsmasq-base iptables"
  kernel_args='intel_iommu=on'
  ;;
*) echo "build-box: guest or hypervisor, not $kind" >&2 && exit 2 ;;
esac

# Sizes in MiB. The boot partition is FAT because syslinux installs itself there without mounting anything.
boot_start=1 boot_size=63 disk_size=2048

main() {
  requirements
  work=$(mktemp -d "${TMPDIR:-/var/tmp}/hotnic-box.XXXXXX")
  trap 'rm -rf "$work" "$partial"' EXIT
  trap 'exit 130' INT TERM

  sources >"$work/sources.list"
  inputs >"$work/inputs"
  key=$( (echo "$kind" && cat "$work/inputs") | sha256sum | cut -d' ' -f1)
  if [ "$(built_key)" = "$key" ]; then
    say "$box is up to date"
    return
  fi
  say 'installing the packages'
  bootstrap
  say 'making the disk'
  configure "$work/root"
  make_disk
  say 'packing the box'
  pack
  say "built $box"
}

requirements() {
  [ "$(id -u)" = 0 ] || fail 'takes root: the files of the guest have owners of their own. Run it through sudo.'
  [ "$(dpkg --print-architecture)" = amd64 ] || fail 'builds an amd64 guest on an amd64 machine only'
  missing=
  for pair in mmdebstrap:mmdebstrap qemu-img:qemu-utils syslinux:syslinux mformat:mtools sfdisk:fdisk; do
    command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair##*:}"
  done
  public_key=$(dpkg-query -L vagrant 2>/dev/null | grep '/keys/vagrant\.pub$') || missing="$missing vagrant"
  [ -z "$missing" ] || fail "missing; run: apt-get install --no-install-recommends$missing"
}

# The lines of a sources.list: what this machine's apt takes Debian itself from, without backports and third parties.
sources() {
  suite=$(. /etc/os-release && [ "$ID" = debian ] && echo "$VERSION_CODENAME") || fail 'takes a Debian machine'
  apt-get indextargets --format '$(ORIGIN)|$(CODENAME)|$(COMPONENT)|$(REPO_URI)|$(RELEASE)|$(SIGNED_BY)' \
    'Created-By: Packages' | sort -u |
    while IFS='|' read -r origin codename component uri release keyring; do
      [ "$origin" = Debian ] && [ "$component" = main ] || continue
      case $codename in "$suite" | "$suite-updates" | "$suite-security") ;; *) continue ;; esac
      case $keyring in /*) options="[signed-by=$keyring] " ;; *) options= ;; esac
      echo "deb $options$uri $release $component"
    done
}

# All that decides what is in the box: this script, Vagrant's key, and every package with version and checksum.
inputs() {
  [ -s "$work/sources.list" ] || fail 'apt knows no Debian mirror; run: apt-get update'
  mkdir -p "$work/apt/archives/partial"
  : >"$work/apt/status"
  cat "$here/build-box.sh" "$public_key" "$work/sources.list"
  # shellcheck disable=SC2086 # a list of words
  apt-get -qq --print-uris -o APT::Install-Recommends=false -o Dir::State::status="$work/apt/status" \
    -o Dir::Cache::archives="$work/apt/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
    install '?essential' $packages >"$work/apt/uris" || fail 'apt lacks a package; run: apt-get update'
  sort "$work/apt/uris"
}

built_key() {
  [ -f "$box" ] || return 0
  tar -xOf "$box" --occurrence=1 metadata.json 2>/dev/null | sed -n 's/.*"inputs": *"\([0-9a-f]*\)".*/\1/p'
}

bootstrap() {
  set --
  for path in usr/share/doc usr/share/man usr/share/locale usr/share/info; do
    set -- "$@" --dpkgopt="path-exclude=/$path/*"
  done
  # Drivers that no virtual machine has, two thirds of the kernel package.
  for path in drivers/gpu drivers/media drivers/net/wireless drivers/infiniband drivers/staging drivers/iio \
    drivers/isdn drivers/mtd drivers/usb drivers/scsi drivers/hwmon drivers/bluetooth sound; do
    set -- "$@" --dpkgopt="path-exclude=/lib/modules/*/kernel/$path/*"
  done
  # A small initramfs that needs no guessing: only what the disk of the guest takes.
  mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Retries "3"' "$@" \
    --include="$(echo $packages | tr ' ' ,)" \
    --essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d" "$1/usr/share/initramfs-tools/modules.d"' \
    --essential-hook='echo MODULES=list >"$1/etc/initramfs-tools/conf.d/hotnic-guest"' \
    --essential-hook='printf "%s\n" virtio_pci virtio_blk ext4 >"$1/usr/share/initramfs-tools/modules.d/hotnic-guest"' \
    "$suite" "$work/root" - <"$work/sources.list"
}

configure() {
  root=$1
  echo "hotnic-$kind" >"$root/etc/hostname"
  printf '%s\n' '127.0.0.1 localhost' "127.0.1.1 hotnic-$kind" '::1 localhost' >"$root/etc/hosts"
  echo 'LABEL=hotnic-root / ext4 errors=remount-ro 0 1' >"$root/etc/fstab"

  # Each guest made from the box gets an identity of its own at its first boot.
  : >"$root/etc/machine-id"
  rm -f "$root"/etc/ssh/ssh_host_* "$root/var/lib/dbus/machine-id"
  cat >"$root/etc/systemd/system/host-key.service" <<'UNIT'
[Unit]
Description=Host key of this guest
ConditionPathExists=!/etc/ssh/ssh_host_ed25519_key
Before=ssh.service

[Service]
Type=oneshot
ExecStart=/usr/bin/ssh-keygen -q -t ed25519 -N "" -f /etc/ssh/ssh_host_ed25519_key

[Install]
WantedBy=multi-user.target
UNIT

  # The MAC is what libvirt's DHCP server lists, and by which Vagrant finds the address.
  cat >"$root/etc/systemd/network/80-dhcp.network" <<'NETWORK'
[Match]
Name=en*

[Network]
DHCP=ipv4

[DHCPv4]
ClientIdentifier=mac
NETWORK
  : >"$root/etc/resolv.conf"
  [ "$kind" = guest ] || configure_hypervisor "$root"

  chroot "$root" useradd --create-home --shell /bin/bash --password '*' vagrant
  install -d -m 700 -o 1000 -g 1000 "$root/home/vagrant/.ssh"
  install -m 600 -o 1000 -g 1000 "$public_key" "$root/home/vagrant/.ssh/authorized_keys"
  echo 'vagrant ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/vagrant"
  chmod 440 "$root/etc/sudoers.d/vagrant"

  chroot "$root" systemctl --quiet enable host-key.service systemd-networkd.service ssh.service
  chroot "$root" systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer \
    e2scrub_reap.service systemd-networkd-wait-online.service
  rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/*
}

configure_hypervisor() {
  # The functions that it hands to its own guests are nobody's but theirs.
  cat >"$1/etc/systemd/network/70-functions.network" <<'NETWORK'
[Match]
MACAddress=52:54:00:6c:01:01 52:54:00:6c:01:02 52:54:00:6c:01:03 52:54:00:6c:01:04 52:54:00:6c:01:05 52:54:00:6c:01:06

[Link]
Unmanaged=yes
NETWORK
  echo vfio-pci >"$1/etc/modules-load.d/hotnic.conf"
}

make_disk() {
  disk=$work/disk.raw
  boot=$disk@@${boot_start}M
  truncate -s "${disk_size}M" "$disk"
  sfdisk --quiet "$disk" <<LAYOUT
label: dos
start=${boot_start}MiB, size=${boot_size}MiB, type=e, bootable
start=$((boot_start + boot_size))MiB, type=83
LAYOUT
  dd if=/usr/lib/SYSLINUX/mbr.bin of="$disk" bs=440 count=1 conv=notrunc status=none
  mformat -i "$boot" -T $((boot_size * 2048)) -h 255 -s 63 -H $((boot_start * 2048)) -v BOOT ::
  cat >"$work/syslinux.cfg" <<CONFIG
DEFAULT linux
LABEL linux
  LINUX vmlinuz
  INITRD initrd
  APPEND root=LABEL=hotnic-root ro console=ttyS0 $kernel_args
CONFIG
  mcopy -i "$boot" "$work/root"/boot/vmlinuz-* ::vmlinuz
  mcopy -i "$boot" "$work/root"/boot/initrd.img-* ::initrd
  mcopy -i "$boot" "$work/syslinux.cfg" ::syslinux.cfg
  syslinux --install --offset $((boot_start * 1048576)) "$disk"

  mke2fs -q -t ext4 -L hotnic-root -d "$work/root" -E offset=$(((boot_start + boot_size) * 1048576)) \
    "$disk" "$((disk_size - boot_start - boot_size))M"
}

pack() {
  mkdir "$work/box"
  qemu-img convert -q -c -O qcow2 -o compression_type=zstd "$disk" "$work/box/box.img"
  cat >"$work/box/metadata.json" <<METADATA
{ "provider": "libvirt", "format": "qcow2", "virtual_size": $((disk_size / 1024)), "inputs": "$key" }
METADATA
  echo "Vagrant.configure('2') { |config| config.vm.provider(:libvirt) { |libvirt| libvirt.disk_bus = 'virtio' } }" \
    >"$work/box/Vagrantfile"
  tar -C "$work/box" --owner=0 --group=0 -cf "$partial" metadata.json Vagrantfile box.img
  mv "$partial" "$box"
}

say() {
  echo "build-box: $*" >&2
}

fail() {
  say "$*"
  exit 1
}

main
