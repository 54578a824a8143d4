import { DuckDBTypeId } from '@duckdb/node-api';
import type {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBType,
  DuckDBUnionValue,
  DuckDBValue,
} from '@duckdb/node-api';

/**
 * A value as JSON text. Numbers stay numbers where a double holds them exactly, else they are strings, as are NaN and the infinities;
 * timestamps read `2024-01-02 03:04:05.000`, blobs are base64, a map is an array of `{"key","value"}`.
 */
export function toJson(value: DuckDBValue, type: DuckDBType): string {
  if (value === null) return 'null';
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return String(value);
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      if (Object.is(value, -0)) return '-0.0';
      return Number.isFinite(value) ? String(value) : JSON.stringify(String(value));
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
      return String(value);
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UHUGEINT:
    case DuckDBTypeId.BIGNUM:
      return Number.isSafeInteger(Number(value)) ? String(value) : JSON.stringify(String(value));
    case DuckDBTypeId.DECIMAL:
      return decimalToJson(String(value));
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_S:
      return JSON.stringify(withMilliseconds(String(value)));
    case DuckDBTypeId.BLOB:
      return JSON.stringify(Buffer.from((value as DuckDBBlobValue).bytes).toString('base64'));
    case DuckDBTypeId.LIST:
      return listToJson((value as DuckDBListValue).items, type.valueType);
    case DuckDBTypeId.ARRAY:
      return listToJson((value as DuckDBArrayValue).items, type.valueType);
    case DuckDBTypeId.STRUCT: {
      const { entries } = value as DuckDBStructValue;
      const members = type.entryNames.map(
        (name, index) => `${JSON.stringify(name)}:${toJson(entries[name] ?? null, type.entryTypes[index] ?? type)}`,
      );
      return `{${members.join(',')}}`;
    }
    case DuckDBTypeId.MAP: {
      const { entries } = value as DuckDBMapValue;
      const members = entries.map((entry) => `{"key":${toJson(entry.key, type.keyType)},"value":${toJson(entry.value, type.valueType)}}`);
      return `[${members.join(',')}]`;
    }
    case DuckDBTypeId.UNION: {
      const union = value as DuckDBUnionValue;
      return toJson(union.value, type.memberTypeForTag(union.tag));
    }
    default:
      return JSON.stringify(String(value));
  }
}

function listToJson(items: readonly DuckDBValue[], type: DuckDBType): string {
  return `[${items.map((item) => toJson(item, type)).join(',')}]`;
}

function decimalToJson(text: string): string {
  const plain = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
  return String(Number(plain)) === plain ? plain : JSON.stringify(plain);
}

function withMilliseconds(text: string): string {
  return text.replace(
    /(:\d\d)(?:\.(\d{1,2}))?(?=$|\D*$)/,
    (_, seconds: string, fraction = '') => `${seconds}.${String(fraction).padEnd(3, '0')}`,
  );
}
