/** The consumer has gone: thrown inside work to end it. */
export class Cancelled extends Error {
  constructor() {
    super('the one who asked has gone')
    this.name = 'Cancelled'
  }
}
