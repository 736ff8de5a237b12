import type { KernelExports } from './kernel'

export const memory: KernelExports['memory']
export const begin: KernelExports['begin']
export const reserve: KernelExports['reserve']
export const pen: KernelExports['pen']
export const points: KernelExports['points']
export const bins: KernelExports['bins']
export const finish: KernelExports['finish']
