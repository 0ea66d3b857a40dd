import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'

const AXE = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

const PHONE = 375

/** What axe has against the page as it stands, in words. */
export async function complaints(page: Page): Promise<string[]> {
  // The page's own policy lets no other script in; what a debugger evaluates is not bound by it.
  const found = await page.evaluate(`${AXE}; axe.run().then(({ violations }) => violations.map(
    ({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' | ')))`)
  return found as string[]
}

/** What speaks against the page on a phone: axe's complaints, and that it has to be pulled sideways. */
export async function complaintsOnPhone(page: Page): Promise<string[]> {
  const before = page.viewportSize()!
  await page.setViewportSize({ width: PHONE, height: 812 })
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  const found = await complaints(page)
  await page.setViewportSize(before)
  return width > PHONE ? [`${width} pixels wide`, ...found] : found
}
