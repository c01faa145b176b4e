import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Needs, Open, type WrittenPage } from '#adapters';
import { ExchangeError } from '#model';

const RETRY_MS = 60_000;

/** The published contracts by path, made when first asked for. */
export class Docs {
  readonly #make: () => Promise<readonly WrittenPage[]>;
  #pages: Promise<ReadonlyMap<string, WrittenPage>> | undefined;

  constructor(make: () => Promise<readonly WrittenPage[]>) {
    this.#make = make;
  }

  /** Throws NOT_FOUND; a page about this installation is shown where that was asked for only. */
  async page(path: string, ofInstallation: boolean): Promise<WrittenPage> {
    this.#pages ??= this.#make()
      .then((pages) => new Map(pages.map((page) => [page.path, page])))
      // Tried again later, not with every request: it costs seconds of computing.
      .catch((error: unknown) => {
        setTimeout(() => (this.#pages = undefined), RETRY_MS).unref();
        throw error;
      });
    const found = (await this.#pages).get(path);
    if (found?.ofInstallation !== ofInstallation) throw new ExchangeError('NOT_FOUND');
    return found;
  }
}

/** What partners and programs may rely on: the protocol is no secret; how this installation maps its partners' formats is for those who may read it. */
@ApiTags('contracts')
@ApiProduces('text/html', 'application/json', 'text/markdown')
@Controller('docs')
export class DocsController {
  constructor(@Inject(Docs) private readonly docs: Docs) {}

  @Get()
  @Open('Leads to the first page of the contracts.')
  @ApiOperation({ summary: 'Leads to the first page of the contracts.', operationId: 'openDocs' })
  @ApiResponse({ status: 302, description: 'To /docs/index.html.' })
  begin(@Res() response: Response): void {
    response.redirect('/docs/index.html');
  }

  @Get('formats/:family/:file')
  @Needs('mappings.read')
  @ApiOperation({ summary: 'The table of one mapping.', operationId: 'showMappingTable' })
  async mapping(@Param('family') family: string, @Param('file') file: string, @Res() response: Response): Promise<void> {
    send(response, await this.docs.page(`formats/${family}/${file}`, true));
  }

  @Get('formats/:file')
  @Needs('mappings.read')
  @ApiOperation({ summary: 'The mapping tables of this installation.', operationId: 'showMappingTables' })
  async mappings(@Param('file') file: string, @Res() response: Response): Promise<void> {
    send(response, await this.docs.page(`formats/${file}`, true));
  }

  @Get(':section/:file')
  @Open('Published protocol and schemas; no data, no secret, nothing of partners.')
  @ApiOperation({ summary: 'A protocol document or a JSON Schema.', operationId: 'showContract' })
  async inSection(@Param('section') section: string, @Param('file') file: string, @Res() response: Response): Promise<void> {
    send(response, await this.docs.page(`${section}/${file}`, false));
  }

  @Get(':file')
  @Open('Published descriptions of the interfaces and errors; no data, no secret, nothing of partners.')
  @ApiOperation({ summary: 'OpenAPI, AsyncAPI, error catalogue, or a page that leads to them.', operationId: 'showContracts' })
  async top(@Param('file') file: string, @Res() response: Response): Promise<void> {
    send(response, await this.docs.page(file, false));
  }
}

function send(response: Response, { type, text }: WrittenPage): void {
  response.type(type).send(text);
}
