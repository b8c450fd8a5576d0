import ipaddr from 'ipaddr.js'

/**
 * The network that a client is in, as far as one party is likely to have all of it: the first 24 bits of an IPv4 address, 56 of an IPv6 one.
 *
 * @param address in canonical spelling; null when not known
 */
export function clientNetwork(address: string | null): string {
  if (address === null || !ipaddr.isValid(address)) return 'unknown'
  const isV6 = ipaddr.IPv6.isValid(address)
  const network = isV6
    ? ipaddr.IPv6.networkAddressFromCIDR(`${address}/56`)
    : ipaddr.IPv4.networkAddressFromCIDR(`${address}/24`)
  return network.toString()
}
