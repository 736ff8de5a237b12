/** The box beside the nearest point. */
import { placeBeside, type Rect } from '../plot/layout'

export interface TooltipContent {
  colour: string
  title: string
  subtitle: string
  /** Name and value. */
  rows: [string, string][]
}

export class Tooltip {
  readonly element: HTMLDivElement
  private shown = ''
  private size = { width: 0, height: 0 }

  constructor(parent: HTMLElement) {
    this.element = document.createElement('div')
    this.element.className = 'chart-tooltip'
    this.element.hidden = true
    parent.append(this.element)
  }

  show(content: TooltipContent, px: number, py: number, within: Rect): void {
    const key = JSON.stringify(content)
    this.element.hidden = false
    if (key !== this.shown) {
      this.shown = key
      this.element.replaceChildren(...build(content))
      this.size = { width: this.element.offsetWidth, height: this.element.offsetHeight }
    }
    const { left, top } = placeBeside(px, py, this.size, within)
    this.element.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`
  }

  hide(): void {
    this.element.hidden = true
  }
}

function build(content: TooltipContent): HTMLElement[] {
  const title = element('div', 'chart-tooltip-title', '')
  const swatch = element('span', 'chart-tooltip-swatch', '')
  swatch.style.background = content.colour
  title.append(swatch, element('span', '', content.title))
  const out = [title]
  if (content.subtitle !== '') out.push(element('div', 'chart-tooltip-subtitle', content.subtitle))
  const grid = element('dl', 'chart-tooltip-rows', '')
  for (const [name, value] of content.rows) grid.append(element('dt', '', name), element('dd', '', value))
  out.push(grid)
  return out
}

function element(tag: string, className: string, text: string): HTMLElement {
  const node = document.createElement(tag)
  if (className !== '') node.className = className
  node.textContent = text
  return node
}
