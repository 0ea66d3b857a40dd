import { type ReadonlySignal, signal, useSignalEffect } from '@preact/signals'
import { useCallback, useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { formatClock } from '../format.ts'
import { colorOf, scheme } from './colors.ts'
import { painter } from './painter.ts'

/** Where the charts' shared cursor stands, in seconds since the start; `undefined` while it is elsewhere. */
export const cursor = signal<number | undefined>(undefined)

/** What part of a run all charts show; `undefined` is the whole. */
export const zoom = signal<{ readonly from: number; readonly to: number } | undefined>(undefined)

export interface PlotProps {
  readonly label: ReadonlySignal<string>
  readonly height: number
  /** Whether there is more to come: then it is drawn only while it can be seen. */
  readonly isOn: ReadonlySignal<boolean>
  /** Asked anew when the system turns dark or light. */
  readonly options: () => Pick<uPlot.Options, 'series' | 'scales' | 'hooks'> & { readonly yAxis: uPlot.Axis }
  readonly data: ReadonlySignal<uPlot.AlignedData>
}

const LEFT = 62
/** Half of the last label of the time stands there. */
const RIGHT = 24
const sync = uPlot.sync('run')

/** A chart on a canvas, as wide as its place. */
export function Plot({ label, height, isOn, options, data }: PlotProps) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | undefined>(undefined)
  const isSeen = useRef(false)
  const drawn = useRef({ data: data.peek(), zoom: zoom.peek() })
  const draw = useCallback(() => {
    painter.forget(draw)
    if (drawn.current.data === data.peek()) return
    drawn.current = { data: data.peek(), zoom: zoom.peek() }
    // uPlot would draw later, together with all others.
    plot.current?.batch(() => plot.current?.setData(data.peek()))
  }, [data])

  useSignalEffect(() => {
    void scheme.value
    plot.current?.destroy()
    drawn.current = { data: data.peek(), zoom: zoom.peek() }
    plot.current = makePlot(place.current!, height, options(), data.peek())
  })
  useSignalEffect(() => {
    const [times] = data.value
    const { data: before, zoom: part } = drawn.current
    const hasGrown = isOn.value && part === zoom.peek() && before[0].length > 0 && times.length > 0
    if (!hasGrown) draw()
    else if (isSeen.current) painter.ask(draw)
  })
  useEffect(() => {
    const element = place.current!
    const resizing = new ResizeObserver(([entry]) => {
      const width = Math.floor(entry!.contentRect.width)
      if (width > 0 && width !== plot.current?.width) plot.current?.setSize({ width, height })
    })
    const seeing = new IntersectionObserver(
      ([entry]) => {
        isSeen.current = entry!.isIntersecting
        if (isSeen.current) draw()
      },
      // A little ahead, so that nobody scrolls to what is old.
      { rootMargin: '25% 0px' },
    )
    resizing.observe(element)
    seeing.observe(element)
    return () => {
      resizing.disconnect()
      seeing.disconnect()
      painter.forget(draw)
      plot.current?.destroy()
      plot.current = undefined
    }
  }, [height])
  return <div class="plot" ref={place} role="img" aria-label={label} style={{ height: `${height}px` }} />
}

function makePlot(
  element: HTMLElement,
  height: number,
  { series, scales, hooks, yAxis }: ReturnType<PlotProps['options']>,
  data: uPlot.AlignedData,
): uPlot {
  const axis = { stroke: colorOf('quiet'), font: '12px system-ui', ticks: { show: false } }
  const grid = { stroke: colorOf('line'), width: 1 }
  return new uPlot(
    {
      width: element.clientWidth || 300,
      height,
      padding: [8, RIGHT, 0, 0],
      legend: { show: false },
      cursor: {
        sync: { key: sync.key, setSeries: false },
        points: { show: false },
        drag: { x: true, y: false, setScale: false },
      },
      series: [{}, ...series.slice(1)],
      scales: {
        x: { time: false, range: (_, __, to) => [zoom.peek()?.from ?? 0, Math.max(1, to)] },
        ...scales,
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 30,
          gap: 10,
          values: (_, splits) => splits.map(formatClock),
          incrs: INCREMENTS,
        },
        { ...axis, grid, size: LEFT, gap: 6, ...yAxis },
      ],
      hooks: {
        ...hooks,
        setCursor: [
          (u) => void (cursor.value = u.cursor.left! >= 0 ? u.posToVal(u.cursor.left!, 'x') : undefined),
        ],
        setSelect: [(u) => zoomTo(u)],
      },
    },
    data,
    element,
  )
}

/** Seconds between two marks of the time. */
const INCREMENTS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400]

function zoomTo(plot: uPlot): void {
  const { left, width } = plot.select
  if (width < 4) return
  const [from, to] = [plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
  if (to - from >= 3) zoom.value = { from: Math.floor(from), to: Math.ceil(to) }
}
