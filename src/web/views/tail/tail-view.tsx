import { Empty } from '../../components/states.tsx'

export function TailView() {
  return <Empty title="Tail" />
}
