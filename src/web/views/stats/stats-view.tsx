import { Empty } from '../../components/states.tsx'

export function StatsView() {
  return <Empty title="Stats" />
}
