import { open } from 'node:fs/promises'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'

/** Rows a group of a Parquet file: fixed, so that equal rows make equal bytes. A multiple of DuckDB's 2,048. */
const ROW_GROUP = 20_480
/** Beyond it DuckDB spills; far above what a sequential copy takes. */
const MEMORY_LIMIT = '512MB'

/** Opens an in-memory DuckDB of one thread (whose order of rows is the file's), does `work`, and closes it. */
export async function withDuckDB<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const settings = { threads: '1', memory_limit: MEMORY_LIMIT, autoinstall_known_extensions: 'false' }
  const instance = await DuckDBInstance.create(':memory:', settings)
  try {
    const connection = await instance.connect()
    try {
      return await work(connection)
    } finally {
      connection.closeSync()
    }
  } finally {
    instance.closeSync()
  }
}

/** Text as an SQL literal. */
const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** The path of a file to read as an SQL literal: what DuckDB would take for a pattern of many files stands for itself. */
export const sqlFile = (path: string): string => sqlText(path.replace(/[*?[]/g, (character) => `[${character}]`))

/**
 * Turns a file of JSON lines into Parquet, row by row: memory does not grow with the rows, and the bytes depend on the
 * rows alone.
 * @param columns name -> DuckDB type, in the order of the columns.
 */
export async function jsonLinesToParquet(
  jsonLines: string,
  columns: Readonly<Record<string, string>>,
  parquet: string,
): Promise<void> {
  const types = Object.entries(columns).map(([name, type]) => `${name}: ${sqlText(type)}`)
  const source = `read_json(${sqlFile(jsonLines)}, format = 'newline_delimited', columns = {${types.join(', ')}})`
  const options = `FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${ROW_GROUP}`
  await withDuckDB((connection) => connection.run(`COPY (SELECT * FROM ${source}) TO ${sqlText(parquet)} (${options})`))
  await flush(parquet)
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Every row of a Parquet file as an object of plain values, in the file's order, some thousand at a time in memory. */
export async function readParquet<Row>(parquet: string, visit: (row: Row) => void): Promise<void> {
  await withDuckDB(async (connection) => {
    const result = await connection.stream(`SELECT to_json(t)::VARCHAR FROM ${sqlFile(parquet)} t`)
    for await (const rows of result.yieldRows()) {
      for (const [json] of rows) visit(JSON.parse(String(json)) as Row)
    }
  })
}
