/** The facility of the server's own events, such as those of the audit trail. Nobody else's events may have it. */
export const ownFacility = 'minutebook'
