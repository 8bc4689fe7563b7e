// The director's pages over a real hub and real phones, in a real browser.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { NARROW, WIDE, inspect, open, window } from './browser.mjs';
import { AREA, DIRECTOR, Site } from './site.mjs';

const GRID = `${AREA}001`;
const PAGES = ['总览', '事件', '居民', '待裁定', '台账', '指标', '报表', '数据检查', '终端'];
/** Behind «more» where the screen is narrow. */
const LATER = PAGES.slice(4);

let site, browser, page, seen, ma, song;

const nav = (name) => page.getByRole('navigation', { name: '主导航' }).getByRole('link', { name, exact: false });
const heading = (name) => page.getByRole('heading', { level: 1, name });

async function signIn(on, passphrase = DIRECTOR.passphrase) {
  await on.getByLabel('姓名').fill(DIRECTOR.name);
  await on.getByLabel('口令').fill(passphrase);
  await on.getByRole('button', { name: '登录' }).click();
}

before(async () => {
  site = await Site.make();
  await site.run();
  ma = await site.phone('马丽', GRID);
  song = await site.phone('宋国强', GRID);
  browser = await open();
  ({ page, seen } = await window(browser));
  await page.goto(site.console);
});

after(async () => {
  await browser?.close();
  await site?.close();
});

test('a wrong passphrase is told, the right one opens the overview', async () => {
  await inspect(page, 'sign-in');
  await signIn(page, 'guess');
  await page.getByRole('alert').getByText('姓名或口令不正确').waitFor();
  await inspect(page, 'sign-in-wrong');
  // The answer to a wrong passphrase is 401, which Chromium notes as an error of the page.
  assert.equal(seen.errors.splice(0).length, 1);
  await signIn(page);
  await heading('总览').waitFor();
  await page.getByText('没有等待您处理的事项').waitFor();
  await inspect(page, 'overview-empty');
});

test('a resident made on a phone without a link appears when it syncs, without a reload', async () => {
  await nav('居民').click();
  await page.getByText('还没有居民记录').waitFor();
  await inspect(page, 'residents-empty');
  await ma('record', 'new', 'resident', 'name=王秀英', 'sex=2', 'address=柏庄村北街18号楼4单元107室', 'id_number=11010519491231002X');
  assert.equal(await page.getByText('王秀英').count(), 0);
  await ma('sync');
  await page.getByRole('link', { name: '王秀英' }).waitFor();
  await page.getByRole('cell', { name: '柏庄村北街18号楼4单元107室' }).waitFor();
  await inspect(page, 'residents');
});

test('two characters of a name find the resident, and the name is not in the address', async () => {
  const field = page.getByRole('textbox', { name: '查找居民' });
  await field.fill('秀英');
  await page.getByRole('link', { name: '王秀英' }).waitFor();
  await field.fill('张伟');
  await page.getByText('没有符合条件的居民').waitFor();
  await inspect(page, 'residents-nothing');
  assert.ok(!decodeURIComponent(page.url()).includes('张伟'));
  await page.getByRole('button', { name: '清除条件' }).click();
  await page.getByRole('link', { name: '王秀英' }).waitFor();
});

test('two phones write the same field: both values are shown, one click settles, the phones learn it', async () => {
  await song('sync');
  const { rows } = await song('record', 'list', 'resident');
  const { record } = rows[0];
  await ma('record', 'set', record, 'address=柏庄村北街5号');
  await song('record', 'set', record, 'address=永和路2号楼301室');
  await ma('sync');
  await song('sync');
  await page.getByText('冲突 1').first().waitFor();
  await nav('待裁定').click();
  for (const value of ['柏庄村北街5号', '永和路2号楼301室']) await page.getByText(value).waitFor();
  for (const author of ['马丽', '宋国强']) await page.getByText(author).first().waitFor();
  await inspect(page, 'conflicts');
  await page.getByRole('button', { name: '采用“柏庄村北街5号”' }).click();
  await page.getByRole('status').getByText('已裁定').waitFor();
  await page.getByText('没有冲突', { exact: false }).waitFor();
  await inspect(page, 'conflicts-settled');
  for (const phone of [ma, song]) {
    await phone('sync');
    const { fields } = await phone('record', 'show', record);
    assert.equal(fields.find((field) => field.key === 'address').value, '柏庄村北街5号');
    assert.deepEqual(fields.flatMap((field) => field.candidates), []);
  }
});

test('a resident’s page shows the fields by class and the history with its authors', async () => {
  await nav('居民').click();
  await page.getByRole('link', { name: '王秀英' }).click();
  await heading('王秀英').waitFor();
  await page.getByText('柏庄村北街5号').first().waitFor();
  const history = page.getByRole('region', { name: '提交历史' });
  await history.getByText(DIRECTOR.name).waitFor();
  await history.getByText('裁定冲突').waitFor();
  await history.getByText('新建').waitFor();
  assert.equal(await page.getByText('11010519491231002X').count(), 0);
  await page.getByText('110105********002X').first().waitFor();
  const address = page.getByRole('region', { name: '内容' }).locator('div').filter({ hasText: '现住地址' }).last();
  await address.getByText(DIRECTOR.name).waitFor();
  await inspect(page, 'resident');
  await page.getByRole('link', { name: '返回列表' }).click();
  await heading('居民').waitFor();
});

test('a matter is followed step by step', async () => {
  await nav('事件').click();
  await page.getByText('还没有事件').waitFor();
  const { record } = await ma('record', 'new', 'matter', 'title=路灯不亮', 'place=柏庄村北街', 'description=三盏路灯已坏两天');
  await ma('sync');
  await page.getByRole('link', { name: '路灯不亮' }).click();
  await heading('路灯不亮').waitFor();
  await ma('record', 'step', record, 'settle_on_spot', '--note', '已更换灯泡');
  await ma('sync');
  await page.getByRole('region', { name: '办理过程' }).getByText('已更换灯泡').waitFor();
  await inspect(page, 'matter');
  await page.getByRole('link', { name: '返回列表' }).click();
  await page.getByRole('link', { name: '路灯不亮' }).waitFor();
  await inspect(page, 'matters');
});

test('a commit that enters no record is shown with its reason; one is adopted, one declined', async () => {
  // Three phones go on with one chain: the hub takes the first and holds what the others say of the same place.
  const first = await site.phone('何晓东', GRID);
  const [second, third] = [await first.copied(2), await first.copied(3)];
  await first('record', 'new', 'resident', 'name=赵磊');
  await second('record', 'new', 'resident', 'name=孙春燕', 'address=永和路9号');
  await third('record', 'new', 'resident', 'name=周洋');
  for (const phone of [first, second, third]) await phone('sync');
  await nav('待裁定').click();
  await page.getByRole('link', { name: '暂存提交' }).click();
  const held = (name) => page.getByRole('article').filter({ hasText: name });
  for (const name of ['孙春燕', '周洋']) {
    await held(name).getByText('同一序号有两份不同的提交').waitFor();
    await held(name).getByRole('heading', { name: '何晓东' }).waitFor();
  }
  await inspect(page, 'held');
  await held('孙春燕').getByRole('button', { name: /采纳/ }).click();
  await page.getByRole('status').getByText('已采纳').waitFor();
  await held('孙春燕').waitFor({ state: 'detached' });
  await held('周洋').getByRole('button', { name: /驳回/ }).click();
  await page.getByRole('radio', { name: '重复' }).check();
  await inspect(page, 'decline');
  await page.getByRole('button', { name: '驳回', exact: true }).click();
  await page.getByText('没有暂存的提交').waitFor();
  await nav('居民').click();
  await page.getByRole('link', { name: '孙春燕' }).waitFor();
  assert.equal(await page.getByRole('link', { name: '周洋' }).count(), 0);
  assert.notEqual((await third('status')).held, 0);
  await third('sync');
  assert.equal((await third('status')).held, 0, 'the phone learns that its commit was answered');
});

test('a director makes a record of another kind; a mistake is told beside its field and loses nothing', async () => {
  await nav('台账').click();
  await heading('台账').waitFor();
  await page.getByRole('link', { name: '楼栋' }).waitFor();
  await inspect(page, 'ledgers');
  await page.getByRole('link', { name: '楼栋' }).click();
  await page.getByText('还没有楼栋记录').waitFor();
  await inspect(page, 'ledger-empty');
  await page.getByRole('link', { name: '新建楼栋' }).click();
  await heading('新建楼栋').waitFor();
  await page.getByLabel('地址').fill('振兴路3号');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByRole('alert').getByText('请填写').waitFor();
  const name = page.getByLabel('楼栋名称');
  assert.equal(await name.getAttribute('aria-invalid'), 'true');
  assert.ok(await name.evaluate((field) => field === document.activeElement), 'the field that is to blame has the focus');
  assert.equal(await page.getByLabel('地址').inputValue(), '振兴路3号', 'the draft stays');
  assert.deepEqual(seen.errors.splice(0).length, 1);
  await inspect(page, 'new-wrong');
  await name.fill('振兴路3号楼');
  await page.getByRole('button', { name: '保存' }).click();
  await heading('振兴路3号楼').waitFor();
  await page.getByRole('status').getByText('已保存').waitFor();
  await inspect(page, 'building');
});

test('what is stored is what was written: fields are edited, links lead both ways', async () => {
  await page.getByRole('button', { name: '修改' }).click();
  await page.getByLabel('地址').fill('振兴路3号院内');
  await inspect(page, 'edit');
  await page.getByRole('button', { name: '保存' }).click();
  await page.getByRole('region', { name: '内容' }).getByText('振兴路3号院内').waitFor();
  await nav('台账').click();
  await page.getByRole('link', { name: '家庭户' }).click();
  await page.getByRole('link', { name: '新建家庭户' }).click();
  await page.getByLabel('户号').fill('3-101');
  await page.getByLabel('所在楼栋').fill('振兴');
  await page.getByRole('button', { name: /振兴路3号楼/ }).click();
  await inspect(page, 'new-household');
  await page.getByRole('button', { name: '保存' }).click();
  await heading('3-101').waitFor();
  await page.getByRole('region', { name: '内容' }).getByRole('link', { name: '振兴路3号楼' }).click();
  await heading('振兴路3号楼').waitFor();
  await page.getByRole('region', { name: '关联记录' }).getByRole('link', { name: '3-101' }).waitFor();
  await inspect(page, 'building-linked');
  const { rows } = await site.records('household');
  assert.equal(rows.length, 1);
  const shown = await site.record(rows[0].record);
  assert.equal(shown.row.title, '3-101');
  assert.equal(shown.fields.find((field) => field.key === 'building').shown.zh, '振兴路3号楼');
});

test('a director takes the next steps of a matter; only those that count are offered', async () => {
  await ma('record', 'new', 'matter', 'title=下水道堵塞', 'place=永和路');
  await ma('sync');
  await nav('事件').click();
  await page.getByRole('link', { name: '下水道堵塞' }).click();
  await page.getByRole('button', { name: '办理…' }).click();
  const steps = await page.getByLabel('步骤', { exact: true }).locator('option').allTextContents();
  assert.ok(steps.includes('受理') && !steps.includes('结案'), steps.join());
  await page.getByLabel('步骤', { exact: true }).selectOption('受理');
  await page.getByRole('button', { name: '提交' }).click();
  const log = page.getByRole('region', { name: '办理过程' });
  await log.getByText('办理后：已受理').waitFor();
  await page.getByRole('button', { name: '办理…' }).click();
  await page.getByLabel('步骤', { exact: true }).selectOption('派遣');
  await page.getByRole('button', { name: '提交' }).click();
  await page.getByText('未写明承办单位').first().waitFor();
  assert.equal(seen.errors.splice(0).length, 1);
  await inspect(page, 'step-wrong');
  await page.getByLabel('承办单位或人员').fill('宋国强');
  await page.getByLabel('说明').fill('请于三日内处置。');
  await page.getByRole('button', { name: '提交' }).click();
  await log.getByText('办理后：已派遣').waitFor();
  await inspect(page, 'matter-dispatched');
  const { rows } = await site.records('matter');
  const matter = rows.find((row) => row.title === '下水道堵塞');
  assert.deepEqual([matter.stage.code, matter.holder], ['dispatched', '宋国强']);
});

test('a ledger is narrowed by fields and ordered by what is due', async () => {
  await nav('事件').click();
  await page.getByRole('link', { name: '路灯不亮' }).waitFor();
  await page.getByRole('radio', { name: '在办' }).check();
  await page.getByRole('link', { name: '路灯不亮' }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: '下水道堵塞' }).waitFor();
  await page.getByLabel('排序').selectOption('按到期时间');
  await page.getByRole('button', { name: '更多条件' }).click();
  await inspect(page, 'filters');
  await page.getByLabel('事件种类').selectOption({ index: 1 });
  await page.getByRole('button', { name: '清除条件' }).click();
  await page.getByRole('link', { name: '路灯不亮' }).waitFor();
});

test('the figures stand beside those of the period before, and of the areas below', async () => {
  await nav('指标').click();
  await heading('指标').waitFor();
  await page.getByRole('columnheader', { name: '近 6 期' }).waitFor();
  await page.getByRole('heading', { name: '下级对比' }).waitFor();
  await page.getByRole('cell', { name: '001', exact: true }).waitFor();
  await inspect(page, 'figures');
  await page.getByRole('button', { name: '上一期' }).click();
  await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
  await page.getByRole('radio', { name: '年' }).check();
  await inspect(page, 'figures-year');
});

test('every report is made, and one is taken along as a file', async () => {
  await nav('报表').click();
  await heading('报表').waitFor();
  await page.getByRole('textbox', { name: '查找报表' }).fill('党建 任务');
  await page.getByRole('link', { name: '类别依据' }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: '党建活动与网格任务' }).waitFor();
  await inspect(page, 'reports-found');
  await page.getByRole('button', { name: '清除' }).click();
  await inspect(page, 'reports');
  const reports = page.getByRole('main').locator('li h2 a');
  await reports.first().waitFor();
  const names = await reports.allTextContents();
  let taken = '';
  let looked = 0;
  for (const name of names) {
    await page.getByRole('main').getByRole('link', { name, exact: true }).click();
    await heading(name).waitFor();
    await page.getByText(/共 [\d,]+ 行|这一时段没有数据|请先选择/).first().waitFor();
    assert.equal(await page.getByRole('main').getByRole('alert').count(), 0, name);
    const csv = page.getByRole('button', { name: '下载 CSV' });
    // They are made of the same parts: the first few with rows stand for the others.
    if (looked < 4 && (await csv.count()) > 0 && (await csv.isEnabled())) {
      looked += 1;
      await inspect(page, `report-${names.indexOf(name)}`);
      if (looked === 1) {
        const [file] = await Promise.all([page.waitForEvent('download'), csv.click()]);
        assert.ok(file.suggestedFilename().startsWith(`${name}-${AREA}-`), file.suggestedFilename());
        taken = await readFile(await file.path(), 'utf8');
      }
    }
    await page.getByRole('link', { name: '全部报表' }).click();
    await heading('报表').waitFor();
  }
  // The mark of UTF-8, a line of names, and at least one of values.
  assert.ok(taken.startsWith('\ufeff') && taken.split('\r\n').length > 2, taken);
});

test('the broken rules of the data are listed with their records', async () => {
  await nav('数据检查').click();
  await heading('数据检查').waitFor();
  await page.getByText('尚未检查').waitFor();
  await page.getByRole('button', { name: '开始检查' }).click();
  await page.getByRole('button', { name: '重新检查' }).waitFor();
  await inspect(page, 'check');
});

test('the phones’ last contact is shown', async () => {
  await nav('终端').click();
  for (const name of ['马丽', '宋国强']) {
    const row = page.getByRole('row', { name });
    await row.getByText(/在线|离线/).waitFor();
    await row.getByText(GRID).waitFor();
  }
  await inspect(page, 'phones');
  await nav('总览').click();
  await heading('总览').waitFor();
  await page.getByText('3 台终端').waitFor();
  await inspect(page, 'overview');
});

test('the pages are as good in English and on a narrow screen', async () => {
  await page.setViewportSize(NARROW);
  for (const name of PAGES) {
    if (LATER.includes(name)) await page.getByRole('button', { name: '更多' }).click();
    await nav(name).click();
    await heading(name).waitFor();
    await page.locator('[aria-busy="true"]').waitFor({ state: 'detached' });
    await inspect(page, `narrow-${PAGES.indexOf(name)}`);
  }
  await page.getByRole('button', { name: 'English' }).click();
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  await page.getByRole('heading', { level: 1, name: 'Phones and hubs' }).waitFor();
  await inspect(page, 'narrow-english');
  await page.setViewportSize(WIDE);
  await page.getByRole('link', { name: 'Residents' }).click();
  await page.getByRole('columnheader', { name: 'Address' }).first().waitFor();
  await inspect(page, 'english');
  await page.getByRole('button', { name: '中文' }).click();
});

test('the keyboard alone is enough', async () => {
  const other = await window(browser);
  await other.page.goto(site.console);
  await other.page.getByLabel('姓名').focus();
  await other.page.keyboard.type(DIRECTOR.name);
  await other.page.keyboard.press('Tab');
  await other.page.keyboard.type(DIRECTOR.passphrase);
  await other.page.keyboard.press('Enter');
  await other.page.getByRole('heading', { level: 1, name: '总览' }).waitFor();
  await other.page.keyboard.press('Tab');
  assert.equal(await other.page.evaluate(() => document.activeElement.textContent), '跳到正文');
  await other.page.keyboard.press('Enter');
  assert.equal(await other.page.evaluate(() => document.activeElement.tagName), 'MAIN');
  assert.deepEqual(other.seen.errors, []);
  await other.page.context().close();
});

test('signing out leaves nothing behind', async () => {
  await nav('居民').click();
  await page.getByRole('link', { name: '王秀英' }).waitFor();
  await page.getByRole('button', { name: '退出' }).click();
  await page.getByLabel('口令').waitFor();
  assert.equal(await page.getByText('王秀英').count(), 0);
  await page.goBack();
  await page.getByLabel('口令').waitFor();
  assert.equal(await page.getByText('王秀英').count(), 0);
  await signIn(page);
  await page.locator('h1').waitFor();
});

test('no request left for another host, and nothing went wrong on the page', () => {
  assert.deepEqual([...seen.hosts], [new URL(site.console).host]);
  assert.deepEqual(seen.errors, []);
});

test('the hub stops although a page listens; the page says so and finds back', async () => {
  await page.getByText('实时').waitFor();
  const took = await site.stop();
  assert.ok(took < 5_000, `stopping took ${took} ms`);
  await page.getByText('已断开，正在重连').waitFor();
  await site.run();
  await page.getByText('登录已过期').waitFor();
  await signIn(page);
  await page.getByText('实时').waitFor();
});
