import { Switch, TextInput } from '@mantine/core'
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useBackend } from '../../backend/context'
import type { LogLine } from '../../backend/contract'
import { IconButton } from '../../components/IconButton'
import { formatCount, plural } from '../../lib/format'
import { matcher } from '../../lib/search'
import { logLineText, readAllLogs } from './logText'
import styles from './run.module.css'

const PAGE = 500
const ROW = 18

/** A run's terminal output: any number of lines, searched, followed while it grows. */
export function Logs({ repository, hash, live }: { repository: string; hash: string; live: boolean }) {
  const backend = useBackend()
  const scroller = useRef<HTMLDivElement>(null)
  const [follow, setFollow] = useState(live)
  const [words, setWords] = useState('')
  const head = useQuery({
    queryKey: ['logs', repository, hash, 'head'],
    queryFn: () => backend.logs(repository, hash, 0, 1),
    placeholderData: keepPreviousData,
  })
  const total = head.data?.total ?? 0
  const list = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 20,
  })
  const items = list.getVirtualItems()
  const firstPage = Math.floor((items[0]?.index ?? 0) / PAGE)
  const lastPage = Math.floor((items.at(-1)?.index ?? 0) / PAGE)
  const wanted = Array.from({ length: lastPage - firstPage + 1 }, (_, i) => firstPage + i)
  const pages = useQueries({
    queries: wanted.map((page) => ({
      queryKey: ['logs', repository, hash, page],
      queryFn: () => backend.logs(repository, hash, page * PAGE, PAGE),
      placeholderData: keepPreviousData,
      enabled: total > 0,
    })),
  })
  const lineAt = (index: number): LogLine | undefined =>
    pages[Math.floor(index / PAGE) - firstPage]?.data?.lines[index % PAGE]

  const found = useFound(repository, hash, total, words)
  const [at, setAt] = useState(0)
  const goTo = (n: number) => {
    if (found.length === 0) return
    const next = (n + found.length) % found.length
    setAt(next)
    setFollow(false)
    list.scrollToIndex(found[next] ?? 0, { align: 'center' })
  }
  const marked = useMemo(() => new Set(found), [found])

  // biome-ignore lint/correctness/useExhaustiveDependencies: only new lines and the switch move the view
  useEffect(() => {
    if (follow && total > 0) list.scrollToIndex(total - 1, { align: 'end' })
  }, [follow, total])

  return (
    <div className={styles.panel}>
      <div className={styles.tools}>
        <TextInput
          w={260}
          aria-label="Search in the log"
          placeholder="Search, also as a regular expression"
          value={words}
          onChange={(e) => {
            setWords(e.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={(e) => e.key === 'Enter' && goTo(at + (e.shiftKey ? -1 : 1))}
        />
        {words !== '' && (
          <>
            <span className="muted" aria-live="polite">
              {found.length === 0 ? 'not found' : `${formatCount(at + 1)} of ${formatCount(found.length)}`}
            </span>
            <IconButton icon="up" label="Match before" disabled={found.length === 0} onClick={() => goTo(at - 1)} />
            <IconButton icon="down" label="Next match" disabled={found.length === 0} onClick={() => goTo(at + 1)} />
          </>
        )}
        <span className={styles.spacer} />
        <span className="muted">{plural(total, 'line')}</span>
        <Switch label="Follow" checked={follow} onChange={(e) => setFollow(e.currentTarget.checked)} />
      </div>
      <div
        ref={scroller}
        className={`${styles.list} ${styles.log}`}
        tabIndex={0}
        role="log"
        aria-label="Terminal output"
        onWheel={(e) => e.deltaY < 0 && setFollow(false)}
      >
        <div style={{ position: 'relative', height: list.getTotalSize(), minWidth: 'max-content' }}>
          {items.map((item) => {
            const line = lineAt(item.index)
            return (
              <div
                key={item.index}
                className={styles.line}
                style={{ transform: `translateY(${item.start}px)` }}
                data-warn={(line?.level ?? 0) >= 30 || undefined}
                data-found={marked.has(item.index) || undefined}
              >
                <span>{formatCount(item.index + 1)}</span>
                <span>{line === undefined ? '' : logLineText(line.text)}</span>
              </div>
            )
          })}
        </div>
      </div>
    </div>
  )
}

/** Numbers of the lines that match. The whole log is read once something is searched. */
function useFound(repository: string, hash: string, total: number, words: string): number[] {
  const backend = useBackend()
  const all = useQuery({
    queryKey: ['logs', repository, hash, 'all', total],
    queryFn: () => readAllLogs(backend, repository, hash, total),
    enabled: words !== '' && total > 0,
    placeholderData: keepPreviousData,
  }).data
  return useMemo(() => {
    if (words === '' || all === undefined) return []
    const regex = matcher(words, 'regex')
    const match = regex.error === '' ? regex : matcher(words, 'exact')
    return all.flatMap((line, i) => (match.score(line) > 0 ? [i] : []))
  }, [all, words])
}
