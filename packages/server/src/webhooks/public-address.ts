import ipaddr from 'ipaddr.js'

/** Azure's host agent answers every virtual machine at this otherwise public address: https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16 */
const hostAgents = ['168.63.129.16']

/** All unicast addresses that are given out for the internet: RFC 4291 section 2.4 as IANA uses it. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * Whether an address, in canonical spelling, is one of the public internet: not private, local, shared, reserved, multicast or
 * documentation, and not an IPv4 address inside an IPv6 one.
 */
export function isPublicAddress(address: string): boolean {
  // An address with a zone is one of some link of ours.
  if (!ipaddr.isValid(address) || address.includes('%') || hostAgents.includes(address)) return false
  const parsed = ipaddr.parse(address)
  if (parsed.range() !== 'unicast') return false
  return !(parsed instanceof ipaddr.IPv6) || parsed.match(globalUnicast)
}
