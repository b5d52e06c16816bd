import { Empty } from '../../components/states.tsx'

export function OverviewView() {
  return <Empty title="Overview" />
}
