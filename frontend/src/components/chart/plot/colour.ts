/** Colours as the rasteriser and the canvas want them. */

/** 0xRRGGBB of a resolved CSS colour: #rgb, #rrggbb, rgb(), rgba(), color(srgb …). */
export function parseColour(text: string): number {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(text.trim())
  if (hex) return parseHex(hex[1])
  const numbers = text.match(/-?\d*\.?\d+(?:e-?\d+)?%?/gi)
  if (!numbers || numbers.length < 3) return 0x808080
  const unit = text.trim().startsWith('color(')
  const channel = (i: number) => {
    const raw = numbers[i]
    const value = raw.endsWith('%') ? Number(raw.slice(0, -1)) * 2.55 : Number(raw) * (unit ? 255 : 1)
    return Math.max(0, Math.min(255, Math.round(value)))
  }
  return (channel(0) << 16) | (channel(1) << 8) | channel(2)
}

function parseHex(digits: string): number {
  if (digits.length < 6) {
    const [r, g, b] = digits
    return Number.parseInt(r + r + g + g + b + b, 16)
  }
  return Number.parseInt(digits.slice(0, 6), 16)
}

export function cssColour(rgb: number, alpha = 1): string {
  const [r, g, b] = [(rgb >> 16) & 255, (rgb >> 8) & 255, rgb & 255]
  return alpha === 1 ? `rgb(${r},${g},${b})` : `rgba(${r},${g},${b},${alpha})`
}

/** WCAG relative luminance, 0 to 1. */
export function luminance(rgb: number): number {
  const part = (shift: number) => {
    const c = ((rgb >> shift) & 255) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
}

/** WCAG contrast ratio, 1 to 21. */
export function contrast(a: number, b: number): number {
  const [x, y] = [luminance(a), luminance(b)]
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
}
