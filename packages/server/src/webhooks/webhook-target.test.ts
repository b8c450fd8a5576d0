import { afterAll, describe, expect, test } from 'vitest'
import { isPublicAddress } from './public-address.ts'
import { type Address, findTarget, type TargetRules } from './webhook-target.ts'

const names: Record<string, readonly Address[]> = {
  'mien.example.': [{ address: '93.184.215.14', family: 4 }],
  'shop.example': [{ address: '93.184.215.14', family: 4 }],
  'six.example': [{ address: '2606:2800:21f:cb07:6820:80da:af6b:8b2c', family: 6 }],
  'inside.example': [{ address: '10.0.0.5', family: 4 }],
  'half.example': [
    { address: '93.184.215.14', family: 4 },
    { address: '127.0.0.1', family: 4 },
  ],
  'mapped.example': [{ address: '::ffff:10.0.0.1', family: 6 }],
  'empty.example': [],
  localhost: [{ address: '127.0.0.1', family: 4 }],
  'localhost.': [{ address: '::1', family: 6 }],
  'metadata.google.internal': [{ address: '169.254.169.254', family: 4 }],
}

const rules: TargetRules = {
  allowedOrigins: ['http://10.0.0.5:9000', 'https://inside.example'],
  ownOrigins: ['https://mien.example'],
  async resolve(name) {
    const found = names[name]
    if (found === undefined) throw new Error(`ENOTFOUND ${name}`)
    return found
  },
}

const outcome = async (url: string) => {
  const target = await findTarget(url, rules)
  return 'refused' in target ? target.refused : target.addresses.map(({ address }) => address)
}

describe('NET-01, WH10: addresses that nothing is sent to', () => {
  let refused = 0
  afterAll(() => console.log(`NET-01: ${refused} addresses, all refused`))

  test.each([
    'http://shop.example/',
    'ftp://shop.example/',
    'file:///etc/passwd',
    'not an address',
    '',
    'https://',
    'https://user:pass@shop.example/',
    'https://user@shop.example/',
    'https://shop.example:22/',
    'https://shop.example:80/',
    'https://shop.example:8080/',
    'https://mien.example/v1/webhooks',
    'https://mien.example./v1/webhooks',
    'https://localhost/',
    'https://localhost./',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://0x7f000001/',
    'https://0x7f.0.0.1/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://017700000001/',
    'https://１２７.0.0.1/',
    'https://127。0。0。1/',
    'https://0/',
    'https://0.0.0.0/',
    'https://10.1.2.3/',
    'https://172.16.0.1/',
    'https://172.31.255.255/',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://100.100.100.200/',
    'https://169.254.169.254/latest/meta-data/',
    'https://168.63.129.16/',
    'https://192.0.0.192/',
    'https://192.0.2.1/',
    'https://198.18.0.1/',
    'https://203.0.113.1/',
    'https://224.0.0.1/',
    'https://240.0.0.1/',
    'https://255.255.255.255/',
    'https://[::]/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://[::ffff:7f00:1]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[64:ff9b:1::a00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001::1]/',
    'https://[2001:db8::1]/',
    'https://[fc00::1]/',
    'https://[fd00:ec2::254]/',
    'https://[fe80::1]/',
    'https://[fec0::1]/',
    'https://[ff02::1]/',
    'https://metadata.google.internal/',
    'https://half.example/',
    'https://mapped.example/',
    'https://inside.example:8443/',
    'http://inside.example/',
    'http://10.0.0.5:9001/',
    'http://user:pass@10.0.0.5:9000/',
  ])('%s', async (url) => {
    expect(await outcome(url)).toBe('address_refused')
    refused++
  })

  test.each(['https://nobody.example/', 'https://empty.example/'])('%s has no address at all', async (url) => {
    expect(await outcome(url)).toBe('name_not_found')
  })
})

test.each([
  ['https://shop.example/hook?a=b', ['93.184.215.14']],
  ['https://shop.example:443/', ['93.184.215.14']],
  ['https://SHOP.example:8443/', ['93.184.215.14']],
  ['https://six.example/', ['2606:2800:21f:cb07:6820:80da:af6b:8b2c']],
  ['https://93.184.215.14/', ['93.184.215.14']],
  ['https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/', ['2606:2800:21f:cb07:6820:80da:af6b:8b2c']],
])('[WH10] %s is public', async (url, addresses) => {
  expect(await outcome(url)).toEqual(addresses)
})

test.each([
  ['http://10.0.0.5:9000/hook', ['10.0.0.5']],
  ['https://inside.example/hook', ['10.0.0.5']],
])('[WH12] %s is the operator’s to allow', async (url, addresses) => {
  expect(await outcome(url)).toEqual(addresses)
})

test('[WH10] what is not an address is not public', () => {
  expect(['', 'shop.example', '1', '::1%eth0', '2606:2800::1%eth0', '93.184.215.14 '].some(isPublicAddress)).toBe(false)
})
