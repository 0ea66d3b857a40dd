import { render } from 'preact'
import { App } from './app.tsx'
import { embeddedTick } from './embedded.ts'
import { ReportPage } from './report-page.tsx'
import { ProctorServer } from './server.ts'
import './style.css'

const place = document.querySelector('#page')!
const tick = await embeddedTick()
if (tick === undefined) {
  const server = new ProctorServer()
  render(<App server={server} />, place)
  await server.open()
} else {
  render(<ReportPage tick={tick} />, place)
}
