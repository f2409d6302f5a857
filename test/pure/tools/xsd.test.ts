import { describe, expect, it } from "vitest";
import { checkXml } from "../../../worker/buyers/schemas/xsd.ts";

const XSD = `<?xml version="1.0"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:lead" elementFormDefault="qualified">
  <xs:simpleType name="Zip"><xs:restriction base="xs:string"><xs:pattern value="[0-9]{5}"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="YesNo"><xs:restriction base="xs:token"><xs:enumeration value="Yes"/><xs:enumeration value="No"/></xs:restriction></xs:simpleType>
  <xs:complexType name="Person">
    <xs:sequence>
      <xs:element name="First" type="xs:string"/>
      <xs:element name="Last"><xs:simpleType><xs:restriction base="xs:string"><xs:minLength value="2"/><xs:maxLength value="20"/></xs:restriction></xs:simpleType></xs:element>
    </xs:sequence>
    <xs:attribute name="role" type="YesNo" use="required"/>
  </xs:complexType>
  <xs:complexType name="Driver"><xs:complexContent><xs:extension base="Person"><xs:sequence>
    <xs:element name="Born" type="xs:date" minOccurs="0"/>
  </xs:sequence></xs:extension></xs:complexContent></xs:complexType>
  <xs:element name="Lead"><xs:complexType><xs:sequence>
    <xs:element name="Zip" type="Zip"/>
    <xs:choice><xs:element name="Home" type="xs:string"/><xs:element name="Mobile" type="xs:string"/></xs:choice>
    <xs:element name="Driver" type="Driver" maxOccurs="2"/>
    <xs:element name="Price" minOccurs="0"><xs:complexType><xs:simpleContent><xs:extension base="xs:decimal"><xs:attribute name="currency" fixed="USD"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
    <xs:element name="Options" minOccurs="0"><xs:complexType><xs:all><xs:element name="A" type="xs:int" minOccurs="0"/><xs:element name="B" type="xs:boolean"/></xs:all></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element>
</xs:schema>`;
const driver = (inner = "<First>Ann</First><Last>Lee</Last>", role = "Yes") =>
  `<Driver role="${role}">${inner}</Driver>`;
const lead = (parts: string) => `<l:Lead xmlns:l="urn:lead">${parts.replaceAll(/<(\/?)/g, "<$1l:")}</l:Lead>`;
const WHOLE = `<Zip>10001</Zip><Mobile>1</Mobile>${driver()}`;

type Case = [what: string, parts: string, violations: string[]];
const CASES: Case[] = [
  ["as it should be", WHOLE, []],
  [
    "all that is optional",
    `${WHOLE}${driver("<First>B</First><Last>Lee</Last><Born>1980-01-31</Born>")}<Price currency="USD">1.5</Price><Options><B>1</B><A>5</A></Options>`,
    [],
  ],
  ["a pattern", WHOLE.replace("10001", "1000"), ["Lead.Zip must match [0-9]{5}"]],
  ["a pattern is the whole text", WHOLE.replace("10001", "100011"), ["Lead.Zip must match [0-9]{5}"]],
  ["something is missing", `<Zip>10001</Zip>${driver()}`, ["Lead Home or Mobile is missing"]],
  [
    "one of a choice only",
    `<Zip>10001</Zip><Home>1</Home><Mobile>1</Mobile>${driver()}`,
    ["Lead Driver is missing", "Lead.Mobile is not expected here: unknown, too many, or out of order"],
  ],
  [
    "out of order",
    `<Mobile>1</Mobile><Zip>10001</Zip>${driver()}`,
    ["Lead Zip is missing", "Lead.Mobile is not expected here: unknown, too many, or out of order"],
  ],
  [
    "too many",
    `${WHOLE}${driver()}${driver()}`,
    ["Lead.Driver is not expected here: unknown, too many, or out of order"],
  ],
  [
    "deep and the second of a name",
    `${WHOLE}${driver("<First>B</First><Last>L</Last>")}`,
    ["Lead.Driver.1.Last must have at least 2 characters"],
  ],
  [
    "an extension's own",
    WHOLE.replace("</Driver>", "<Born>31.1.1980</Born></Driver>"),
    ["Lead.Driver.Born must be of type date"],
  ],
  ["an attribute's value", WHOLE.replace('role="Yes"', 'role="yes"'), ["Lead.Driver.@role must be one of Yes, No"]],
  ["an attribute that is required", WHOLE.replace(' role="Yes"', ""), ["Lead.Driver.@role is required"]],
  ["an attribute that is unknown", WHOLE.replace('role="Yes"', 'role="Yes" x="1"'), ["Lead.Driver.@x is not known"]],
  [
    "simple content",
    `${WHOLE}<Price currency="EUR">free</Price>`,
    ["Lead.Price.@currency must be USD", "Lead.Price must be of type decimal"],
  ],
  [
    "xs:all",
    `${WHOLE}<Options><A>x</A></Options>`,
    ["Lead.Options.A must be of type int", "Lead.Options B is missing"],
  ],
  ["text between elements", `text${WHOLE}`, ["Lead must hold elements, not text"]],
  ["elements in text", WHOLE.replace("10001", "<x/>"), ["Lead.Zip must hold text, not elements"]],
];

describe("a document against an XML Schema", () => {
  it.each(CASES)("%s", (_, parts, expected) => {
    const { violations, unchecked } = checkXml(XSD, lead(parts));
    expect(violations.map(({ path, message }) => `${path} ${message}`)).toEqual(expected);
    expect(unchecked).toEqual([]);
  });

  it("needs a root that the schema has, and XML", () => {
    expect(checkXml(XSD, "<Other/>").violations).toEqual([
      { path: "", message: "the schema has no element Other at the top; it has Lead" },
    ]);
    expect(checkXml(XSD, "{}").violations).toEqual([{ path: "", message: "is not XML" }]);
  });

  it("says what it did not check", () => {
    const schema = `<xs:schema xmlns:xs="x"><xs:include schemaLocation="a.xsd"/><xs:element name="a"><xs:complexType><xs:sequence>
      <xs:element name="b" type="xs:QName"/><xs:element name="c"><xs:simpleType><xs:list itemType="xs:int"/></xs:simpleType></xs:element><xs:any/>
      </xs:sequence></xs:complexType></xs:element></xs:schema>`;
    expect(checkXml(schema, "<a><b>x</b><c>1 2</c><d/></a>")).toEqual({
      violations: [],
      unchecked: ["list types", "type QName", "xs:any", "xs:include"],
    });
  });

  it.each([
    ["<xs:element/>", /root must be xs:schema/],
    ["nonsense", /./],
  ])("a schema that is none: %s", (schema, message) => {
    expect(() => checkXml(schema, "<a/>")).toThrow(message);
  });

  it("ends, whatever the schema", () => {
    const loop = `<xs:schema xmlns:xs="x"><xs:complexType name="T"><xs:complexContent><xs:extension base="T"/></xs:complexContent></xs:complexType>
      <xs:group name="G"><xs:sequence><xs:group ref="G"/></xs:sequence></xs:group>
      <xs:element name="a" type="T"/><xs:element name="b"><xs:complexType><xs:group ref="G"/></xs:complexType></xs:element></xs:schema>`;
    expect(() => [checkXml(loop, "<a/>"), checkXml(loop, "<b/>")]).not.toThrow();
  });

  it("ends soon where groups name each other many times over", () => {
    const many = (ref: string) => `<xs:${ref}/>`.repeat(10);
    const schema = `<xs:schema xmlns:xs="x"><xs:group name="G"><xs:sequence>${many('group ref="G"')}</xs:sequence></xs:group>
      <xs:attributeGroup name="A">${many('attributeGroup ref="A"')}</xs:attributeGroup>
      <xs:element name="a"><xs:complexType><xs:group ref="G"/></xs:complexType></xs:element>
      <xs:element name="b"><xs:complexType><xs:attributeGroup ref="A"/></xs:complexType></xs:element></xs:schema>`;
    for (const document of ["<a><x/></a>", '<b x="1"/>'])
      expect(checkXml(schema, document).unchecked).toContain(
        "the rest: the schema is too deep or the document too large",
      );
  });
});
