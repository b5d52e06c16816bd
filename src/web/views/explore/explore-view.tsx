import { Empty } from '../../components/states.tsx'

export function ExploreView() {
  return <Empty title="Explore" />
}
