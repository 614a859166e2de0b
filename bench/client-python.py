# One round of bench/client.ts, the side of python3-libvirt with lxml: prints milliseconds as JSON.
import json
import sys
import time

started = time.perf_counter()
import libvirt
from lxml import etree

imported = time.perf_counter() - started


def timed(work):
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000


uri = sys.argv[1]
begin = time.perf_counter()
connection = libvirt.open(uri)
opened = (time.perf_counter() - begin) * 1000
domain = connection.lookupByName("test")
domain.XMLDesc()


def sequential():
    for _ in range(1000):
        domain.XMLDesc()


found = 0


def nics():
    global found
    for one in connection.listAllDomains():
        found += len(etree.fromstring(one.XMLDesc()).findall("./devices/interface"))


# The C library's calls block: what others pipeline it does one after another.
one_by_one = timed(sequential)
print(
    json.dumps(
        {
            "open": opened,
            "sequential": one_by_one,
            "pipelined": one_by_one,
            "nics": timed(nics),
            "import": imported * 1000,
        }
    )
)
