import { expect, it } from 'vitest'
import { asBackendError, errorDetails } from './errors'

const error = { kind: 'not-found', message: 'No such run', hint: 'Refresh.' } as const

it('takes errors in every shape the bridge uses', () => {
  expect(asBackendError(error)).toEqual(error)
  expect(asBackendError(JSON.stringify(error))).toEqual(error)
  expect(asBackendError(new Error(JSON.stringify(error)))).toEqual(error)
  expect(asBackendError('boom').message).toBe('boom')
  expect(asBackendError(new Error('boom'))).toEqual({ kind: 'internal', message: 'boom', hint: '' })
  expect(asBackendError(new DOMException('x', 'AbortError')).kind).toBe('cancelled')
  expect(asBackendError(42).message).toBe('42')
})

it('writes details to copy', () => {
  expect(errorDetails({ ...error, file: '/a/b.sst', offset: 12 })).toBe(
    'not-found: No such run\nRefresh.\nfile: /a/b.sst at byte 12',
  )
})
