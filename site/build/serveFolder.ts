import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join, relative } from 'node:path'
import compression from 'compression'
import sirv from 'sirv'
import { UserError } from '../../src/support/errors.ts'
import { itemAt } from '../../src/support/itemAt.ts'

export interface ServeOptions {
  readonly port: number
  /** Address listened on: 127.0.0.1 for this machine alone, 0.0.0.0 for all. */
  readonly host: string
  /** Path the folder lies under, with a slash at both ends; default: the root. */
  readonly base?: string
}

export interface FolderServer {
  /** The port asked for, or the next free one. */
  readonly port: number
  close(): Promise<void>
}

/** What may stand before an answer; of Node's own requests, whatever else a library's types ask for. */
interface Middleware {
  handle(request: IncomingMessage, response: ServerResponse, next: () => void): void
}

/** Ports tried after the one asked for. */
const PORTS_TRIED = 50

/** Serves a folder's files, text compressed, with the byte ranges that players ask for, until closed. */
export async function serveFolder(folder: string, { port, host, base = '/' }: ServeOptions): Promise<FolderServer> {
  // `dev`: files are looked up when asked for, so that a site built again shows at once.
  const files = sirv(folder, { dev: true, etag: true })
  const compressed: Middleware = { handle: compression() }
  const server = createServer((request, response) =>
    compressed.handle(request, response, () => answer(request, response)),
  )
  const root = realpathSync(folder)
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const { url = '/', method } = request
    response.setHeader('x-content-type-options', 'nosniff')
    if (method !== 'GET' && method !== 'HEAD') return void response.writeHead(405, { allow: 'GET, HEAD' }).end()
    if (!url.startsWith(base)) return notFound(response)
    request.url = url.slice(base.length - 1)
    if (leadsOut(root, request.url)) return notFound(response)
    files(request, response, () => notFound(response))
  }
  const notFound = (response: ServerResponse): void => {
    const page = join(folder, '404.html')
    response.writeHead(404, { 'content-type': 'text/html; charset=utf-8' })
    response.end(existsSync(page) ? readFileSync(page) : 'not found')
  }
  return { port: await listenNear(server, port, host), close: () => closeServer(server) }
}

/** Whether one of the files that may answer is a link, or lies behind one, to a place outside the folder. */
function leadsOut(root: string, url: string): boolean {
  const path = join(root, decoded(itemAt(url.split(/[?#]/), 0)))
  return [path, `${path}.html`, `${path}.htm`, join(path, 'index.html'), join(path, 'index.htm')]
    .filter((each) => existsSync(each))
    .some((each) => relative(root, realpathSync(each)).startsWith('..'))
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch (error) {
    if (!(error instanceof URIError)) throw error
    return path
  }
}

async function listenNear(server: Server, first: number, host: string): Promise<number> {
  for (let port = first; port < first + PORTS_TRIED && port <= 65_535; port++) {
    if (await listen(server, port, host)) return port
  }
  throw new UserError(`no free port from ${first} on: give --port another one`)
}

/** False when the port is taken. */
function listen(server: Server, port: number, host: string): Promise<boolean> {
  return new Promise((done, fail) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EADDRINUSE') done(false)
      else fail(new UserError(`port ${port} cannot be opened (${error.code}): give --port another one, 1024 or above`))
    }
    server.once('error', failed)
    server.listen(port, host, () => {
      server.off('error', failed)
      done(true)
    })
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done())
    server.closeAllConnections()
  })
}
