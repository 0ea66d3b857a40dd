import { render } from 'preact'
import { App } from './app.tsx'
import { embeddedRun } from './embedded.ts'
import { closeMenus } from './parts/menus.ts'
import { ReportPage } from './report-page.tsx'
import { ProctorServer } from './server.ts'
import './style.css'

const place = document.querySelector('#page')!
closeMenus()
const run = await embeddedRun()
if (run === undefined) {
  const server = new ProctorServer()
  render(<App server={server} />, place)
  await server.open()
} else {
  render(<ReportPage run={run} />, place)
}
