"""The network that an address belongs to, where people are counted by address."""

from __future__ import annotations

import ipaddress

_PREFIX = 64
"""Bits of an IPv6 address that name a network: one household or office has all addresses below (RFC 6177)."""


def network_of(address: str) -> str:
    """Return the address itself for IPv4, the /64 network for IPv6; what is no address stays as it is."""
    try:
        read = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(read, ipaddress.IPv4Address):
        return str(read)
    if read.ipv4_mapped is not None:
        return str(read.ipv4_mapped)
    return str(ipaddress.ip_network((read, _PREFIX), strict=False))
