import { expect, test } from 'vitest'
import { assuranceOf, captureLevel, type Evidence, enrolsDevice, factorsOf, higherOf, reaches } from './assurance.ts'

const levels = ['A0', 'A1', 'A2', 'A3'] as const

test.each([
  ['A0', 'face', { serverVerified: false, device: 'none', secondFactor: null }],
  ['A0', 'face pin', { serverVerified: false, device: 'none', secondFactor: 'pin' }],
  ['A0', 'face', { serverVerified: false, device: 'enrolled', secondFactor: null }],
  ['A0', 'face device pin', { serverVerified: false, device: 'enrolled', secondFactor: 'pin' }],
  ['A1', 'face device', { serverVerified: false, device: 'known', secondFactor: null }],
  ['A1', 'face device pin', { serverVerified: false, device: 'known', secondFactor: 'pin' }],
  ['A0', 'face', { serverVerified: true, device: 'none', secondFactor: null }],
  ['A0', 'face passkey', { serverVerified: true, device: 'none', secondFactor: 'passkey' }],
  ['A2', 'face', { serverVerified: true, device: 'enrolled', secondFactor: null }],
  ['A2', 'face device', { serverVerified: true, device: 'known', secondFactor: null }],
  ['A3', 'face device pin', { serverVerified: true, device: 'enrolled', secondFactor: 'pin' }],
  ['A3', 'face device passkey', { serverVerified: true, device: 'known', secondFactor: 'passkey' }],
] as const)('[LV1, LV2] %s by %s from %j', (level, factors, evidence: Evidence) => {
  expect(assuranceOf(evidence)).toBe(level)
  expect(factorsOf(evidence).join(' ')).toBe(factors)
})

test('[LV3] levels are ordered, and the higher one is asked for', () => {
  for (const [i, a] of levels.entries()) {
    for (const [j, b] of levels.entries()) {
      expect(reaches(a, b)).toBe(i >= j)
      expect(higherOf(a, b)).toBe(levels[Math.max(i, j)])
    }
  }
})

test('[LV4] a capture is asked for pictures from A2 on, and else for a known key where there is one', () => {
  expect(levels.map((needed) => captureLevel(needed, false))).toEqual(['A0', 'A0', 'A2', 'A2'])
  expect(levels.map((needed) => captureLevel(needed, true))).toEqual(['A1', 'A1', 'A2', 'A2'])
})

test.each(['second_factor', 'a3', 'approval'] as const)('[DK4] under %s a face alone enrolls no device', (rule) => {
  for (const serverVerified of [false, true]) {
    expect(enrolsDevice(rule, { serverVerified, secondFactor: null })).toBe(false)
  }
})

test('[DK4] a second factor does, where the rule says so', () => {
  const rules = ['second_factor', 'a3', 'approval'] as const
  const under = (serverVerified: boolean) =>
    rules.map((rule) => enrolsDevice(rule, { serverVerified, secondFactor: 'pin' }))
  expect(under(false)).toEqual([true, false, false])
  expect(under(true)).toEqual([true, true, false])
})
