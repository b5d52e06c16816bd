import { Empty } from '../../components/states.tsx'

export function AdminView() {
  return <Empty title="Admin" />
}
