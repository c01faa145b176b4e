/** What we use of @xmldom/xmldom. Its own declarations pull the browser's into the whole project. */
export class DOMParser {
  parseFromString(text: string, mediaType: string): object;
}
