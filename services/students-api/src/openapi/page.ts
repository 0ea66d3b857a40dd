import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { problemKinds, type ProblemKind } from '../http/problem.ts'
import type { Answer } from './answers.ts'
import { everyRoutes, type OpenApiDocument, type OperationObject, type Parameter } from './document.ts'
import { html, type Html } from './html.ts'
import { rulesOf } from './rules.ts'
import type { JsonSchema } from './schema-shelf.ts'

const style = readFileSync(new URL('./page.css', import.meta.url), 'utf8')

// Whole: the policy allows this text only, to the last space.
const styleElement = html.trusted(`<style>${style}</style>`)

/** The page is all there is: no script, nothing to load, and no style but its own. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const problemsByKind = Object.entries(problemKinds) as [ProblemKind, (typeof problemKinds)[ProblemKind]][]

interface Entry {
  id: string
  method: string
  path: string
  operation: OperationObject
}

/** The document as a page to be read, also without a network. */
export function page({ info, paths, components }: OpenApiDocument): string {
  const entries = entriesOf(paths)
  const { title, version, description } = info
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${styleElement}
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p>Version ${version} · <a href="/openapi.json">OpenAPI 3.1</a></p>
          <p>${description}</p>
        </header>
        ${contents(entries)}
        <main>
          <h2 id="operations">Operations</h2>
          <p>
            HEAD is answered wherever GET is, without the body. Any request may come to:
            ${kindList(everyRoutes)}
          </p>
          ${entries.map(operationSection)}
          <h2 id="schemas">Schemas</h2>
          ${Object.entries(components.schemas).map(schemaSection)}
          <h2 id="problems">Problems</h2>
          ${problemList()}
        </main>
      </body>
    </html> `.text
}

function entriesOf(paths: OpenApiDocument['paths']): Entry[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => method !== 'head')
      .map(([method, operation]) => ({
        id: `${method}${path.replaceAll(/[^a-z]+/gi, '-')}`,
        method: method.toUpperCase(),
        path,
        operation,
      })),
  )
}

function contents(entries: readonly Entry[]): Html {
  const links = entries.map(
    ({ id, method, path, operation }) =>
      html`<li>
        <a href="#${id}">${badge(method)} <code>${path}</code></a> <span>${operation.summary}</span>
      </li>`,
  )
  return html`<nav>
    <ul>
      ${links}
    </ul>
    <p><a href="#schemas">Schemas</a> · <a href="#problems">Problems</a></p>
  </nav>`
}

function badge(method: string): Html {
  return html`<b class="method ${method.toLowerCase()}">${method}</b>`
}

function operationSection({ id, method, path, operation }: Entry): Html {
  const { summary, parameters = [], requestBody, responses } = operation
  return html`<section id="${id}">
    <h3>${badge(method)} <code>${path}</code></h3>
    <p>${summary}.</p>
    ${
      parameters.length > 0 &&
      html`<h4>Parameters</h4>
        ${parameterList(parameters)}`
    }
    ${
      requestBody &&
      html`<h4>Body</h4>
        ${contentList(requestBody.content)}`
    }
    <h4>Answers</h4>
    <dl class="answers">
      ${Object.entries(responses)
        .filter(([, answer]) => !isEveryRoutes(answer))
        .map(answerItem)}
    </dl>
  </section>`
}

function parameterList(parameters: readonly Parameter[]): Html {
  const items = parameters.map(
    ({ name, in: place, required = false, description, schema }) =>
      html`<dt><code>${name}</code></dt>
        <dd>
          ${place}${required && ', required'} · ${rulesOf(schema)}${description && html`<br />${description}`}
        </dd>`,
  )
  return html`<dl>${items}</dl>`
}

function contentList(content: Readonly<Record<string, { schema: JsonSchema }>>): Html {
  const items = Object.entries(content).map(
    ([type, { schema }]) => html`<li>${schemaLink(schema)} as <code>${type}</code></li>`,
  )
  return html`<ul>
    ${items}
  </ul>`
}

function schemaLink({ $ref, items, type }: JsonSchema): Html {
  if (items) return html`array of ${schemaLink(items)}`
  const name = $ref?.split('/').at(-1)
  return name === undefined ? html`${type ?? ''}` : html`<a href="#schema-${name}">${name}</a>`
}

function answerItem([status, { description, headers, content }]: [string, Answer]): Html {
  const isProblem = Number(status) >= 400
  const names = Object.keys(headers).filter((name) => name !== 'X-Request-Id' && name !== 'Server-Timing')
  const [type, { schema }] = Object.entries(content ?? {})[0] ?? ['', { schema: {} }]
  return html`<dt class="${isProblem ? 'problem' : 'success'}">${status}</dt>
    <dd>
      ${isProblem ? kindLinks(description) : html`${description}${type && html` · ${schemaLink(schema)} <code>${type}</code>`}`}
      ${names.length > 0 && html`<small>${names.join(', ')}</small>`}
    </dd>`
}

/** @param titles As the description of a problem answer lists them. */
function kindLinks(titles: string): Html {
  return kindList(kindsCalled(titles))
}

function kindsCalled(titles: string): ProblemKind[] {
  return problemsByKind.filter(([, { title }]) => titles.split(', or ').includes(title)).map(([kind]) => kind)
}

function kindList(kinds: readonly ProblemKind[]): Html {
  return html`${kinds.map((kind) => html`<a href="#problem-${kind}">${kind}</a> `)}`
}

/** Said once for all operations. */
function isEveryRoutes({ description }: Answer): boolean {
  return kindsCalled(description).some((kind) => everyRoutes.includes(kind)) && !description.includes(', or ')
}

function schemaSection([name, { properties = {}, required = [] }]: [string, JsonSchema]): Html {
  const items = Object.entries(properties).map(
    ([property, schema]) =>
      html`<dt><code>${property}</code></dt>
        <dd>${rulesOf(schema)}${!required.includes(property) && ' · may be absent'}</dd>`,
  )
  return html`<section id="schema-${name}">
    <h3>${name}</h3>
    <dl>${items}</dl>
  </section>`
}

function problemList(): Html {
  const items = problemsByKind.map(
    ([kind, { status, title, detail }]) =>
      html`<dt id="problem-${kind}">${status}</dt>
        <dd><a href="/problems/${kind}">${kind}</a> · ${title}<br />${detail}</dd>`,
  )
  return html`<dl class="answers">${items}</dl>`
}
