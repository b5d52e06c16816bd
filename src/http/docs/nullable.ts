/** A schema whose value may be null. */
export const nullable = (schema: object): object => ({ anyOf: [schema, { type: 'null' }] })
