import { describe, expect, it } from 'vitest';

import { bytesOf, fieldAt, fieldText, pduOf, printable, treeOf, valueText } from './pdu';

const field = (name: string, offset: number, length: number) => ({ name, value: '1', offset, length });

describe('treeOf', () => {
  it('puts a heading before each run of one protocol, spanning its bytes', () => {
    const nodes = treeOf([
      field('mbtcp.trans_id', 0, 2),
      field('mbtcp.len', 4, 2),
      field('modbus.func_code', 7, 1),
    ]);
    expect(nodes.map((node) => [node.depth, node.field.name])).toEqual([
      [0, 'Modbus/TCP header'],
      [1, 'mbtcp.trans_id'],
      [1, 'mbtcp.len'],
      [0, 'Modbus PDU'],
      [1, 'modbus.func_code'],
    ]);
    expect(nodes[0]?.field).toMatchObject({ offset: 0, length: 6 });
  });

  it('nests a field whose bytes lie inside an earlier one', () => {
    const nodes = treeOf([
      field('modbus.data', 8, 4),
      field('modbus.regval_uint16', 8, 2),
      field('modbus.regval_uint16', 10, 2),
      field('modbus.trailer', 12, 1),
    ]);
    expect(nodes.slice(1).map((node) => node.depth)).toEqual([1, 2, 2, 1]);
  });

  it('does not nest a field in one of the same bytes', () => {
    const nodes = treeOf([field('modbus.data', 8, 2), field('modbus.regval_uint16', 8, 2)]);
    expect(nodes[2]?.depth).toBe(1);
  });

  it('gives a heading without wire bytes no range', () => {
    expect(treeOf([field('sg.latency', 0, 0)])[0]?.field).toMatchObject({ offset: 0, length: 0 });
  });
});

describe('fieldAt', () => {
  const fields = [field('modbus.data', 8, 4), field('modbus.reg', 10, 2), field('modbus.same', 10, 2)];

  it('prefers the narrowest field, the later of equals', () => expect(fieldAt(fields, 11)).toBe(2));
  it('falls back to the wider one', () => expect(fieldAt(fields, 8)).toBe(0));
  it('finds none past the end', () => expect(fieldAt(fields, 12)).toBe(-1));
});

describe('bytesOf', () => {
  it('reads pairs', () => expect(bytesOf('000cFF')).toEqual([0, 12, 255]));
  it('stops at what is no byte', () => expect(bytesOf('0aZZ01')).toEqual([10]));
  it('ignores half a byte at the end', () => expect(bytesOf('0a1')).toEqual([10]));
});

describe('pduOf', () => {
  it('reads JSON that is kept as text', () => {
    expect(pduOf('{"frame":7,"hex":"00","fields":[{"name":"a","offset":"3"}]}')).toMatchObject({
      frame: 7,
      fields: [{ name: 'a', offset: 3, length: 0 }],
    });
  });
  it.each(['{', '7', null, undefined])('is null for %s', (text) => expect(pduOf(text)).toBeNull());
  it('survives lists that are none', () => {
    expect(pduOf({ fields: 'x', objects: 3 })).toMatchObject({ fields: [], objects: [] });
  });
});

describe('texts', () => {
  it('shows only printable ASCII', () => {
    expect([printable(0x28), printable(0x1f), printable(0x7f), printable(0xe9)]).toEqual([
      '(',
      '·',
      '·',
      '·',
    ]);
  });
  it('writes a list as JSON and nothing as nothing', () => {
    expect([valueText([1, 2]), valueText(null), valueText(false)]).toEqual(['[1,2]', '', 'false']);
  });

  it('give a response time its unit, and leave what is no number alone', () => {
    const field = { name: 'modbus.response_time', offset: 0, length: 0 };
    expect(fieldText({ ...field, value: '0.001234000' })).toBe('1.23 ms');
    expect(fieldText({ ...field, value: 'soon' })).toBe('soon');
    expect(fieldText({ ...field, name: 'modbus.func_code', value: '0.001' })).toBe('0.001');
  });
});
