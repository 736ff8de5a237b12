import { Button, Modal, Radio, SegmentedControl, Stack, Switch } from '@mantine/core'
import { useState } from 'react'
import { useBackend } from '../../backend/context'
import { useColumns } from '../../backend/queries'
import { useSteadyView } from '../../backend/useSteadyView'
import { plural } from '../../lib/format'
import { fail, say } from '../../state/notices'
import { useOverlays } from '../../state/overlays'
import { useRunsRequest } from '../../state/request'
import { useSelection } from '../../state/selection'
import { useView } from '../../state/view'
import { type ExportFormat, type ExportScope, exportRuns } from './export'
import { useColumnLayout } from './useColumnLayout'

export function ExportDialog() {
  const opened = useOverlays((s) => s.overlay === 'export')
  const close = useOverlays((s) => s.close)
  return (
    <Modal opened={opened} onClose={close} title="Export runs" size={440}>
      {opened && <Body close={close} />}
    </Modal>
  )
}

function Body({ close }: { close: () => void }) {
  const backend = useBackend()
  const request = useRunsRequest()
  const { view } = useSteadyView(request)
  const selected = useSelection((s) => s.selected)
  const active = useView((s) => s.active)
  const infos = useColumns(active).data
  const layout = useColumnLayout(infos)
  const [scope, setScope] = useState<ExportScope>(selected.size > 0 ? 'selection' : 'view')
  const [format, setFormat] = useState<ExportFormat>('csv')
  const [every, setEvery] = useState(false)
  const [busy, setBusy] = useState(false)
  const columns = every ? [...layout.byKey.values()] : layout.keys.flatMap((k) => layout.byKey.get(k) ?? [])

  const save = async () => {
    setBusy(true)
    try {
      const path = await exportRuns(backend, request, scope, selected, columns, format)
      if (path !== null) {
        say(`Saved to ${path}`)
        close()
      }
    } catch (e) {
      fail(e)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Stack gap={16}>
      <Radio.Group label="Which runs" value={scope} onChange={(v) => setScope(v as ExportScope)}>
        <Stack gap={8} pt={8}>
          <Radio value="view" label={`All that match (${plural(view?.matched ?? 0, 'run')})`} />
          <Radio
            value="selection"
            disabled={selected.size === 0}
            label={`The selection (${plural(selected.size, 'run')})`}
          />
          <Radio value="all" label={`All, archived ones too (${plural(view?.total ?? 0, 'run')})`} />
        </Stack>
      </Radio.Group>
      <SegmentedControl
        aria-label="Format"
        value={format}
        onChange={(v) => setFormat(v as ExportFormat)}
        data={[
          { value: 'csv', label: 'CSV' },
          { value: 'tsv', label: 'TSV' },
          { value: 'json', label: 'JSON' },
        ]}
      />
      <Switch
        label={`Every column (${plural(layout.byKey.size, 'column')}), not only the ${layout.keys.length} shown`}
        checked={every}
        onChange={(e) => setEvery(e.currentTarget.checked)}
      />
      <Button variant="filled" size="sm" loading={busy} onClick={save}>
        Save as…
      </Button>
    </Stack>
  )
}
