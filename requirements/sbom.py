"""Write the bill of materials of this version to ``build/dosije-VERSION.cdx.json`` (``make sbom``): CycloneDX 1.6."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, requires

from cyclonedx.model import ExternalReference, ExternalReferenceType, HashAlgorithm, HashType, Property, XsUri
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from requirements.inventory import Shipped, everything, our_version
from requirements.lock import ROOT


def bill() -> str:
    """The bill of materials: each package with its licence, the hashes of its files and what it needs."""
    ours = Component(
        name="dosije",
        version=our_version(),
        type=ComponentType.APPLICATION,
        licenses=[LicenseExpression("AGPL-3.0-or-later")],
        purl=PackageURL("pypi", name="dosije", version=our_version()),
        bom_ref="dosije",
    )
    bom = Bom(components=[_component(each) for each in everything()])
    bom.metadata.component = ours
    known = {component.name: component for component in bom.components}
    bom.register_dependency(ours, [known[name] for name in _needs("dosije", known)] + _in_our_wheel(bom))
    for name, component in known.items():
        if component.purl:
            bom.register_dependency(component, [known[each] for each in _needs(name, known)])
    return str(JsonV1Dot6(bom).output_as_string(indent=2))


def _component(shipped: Shipped) -> Component:
    if shipped.path:
        return Component(
            name=shipped.name,
            version=shipped.version,
            type=ComponentType.DATA if shipped.path.startswith("archive/") else ComponentType.LIBRARY,
            licenses=[LicenseExpression(shipped.licence)],
            description=shipped.about,
            properties=[Property(name="dosije:path", value=shipped.path)],
            bom_ref=shipped.name,
        )
    return Component(
        name=shipped.name,
        version=shipped.version,
        licenses=[LicenseExpression(shipped.licence)],
        purl=PackageURL("pypi", name=shipped.name, version=shipped.version),
        external_references=[
            ExternalReference(
                type=ExternalReferenceType.DISTRIBUTION,
                url=XsUri(f"https://pypi.org/project/{shipped.name}/{shipped.version}/"),
                hashes=[HashType(alg=HashAlgorithm.SHA_256, content=each) for each in shipped.hashes],
            )
        ],
        bom_ref=shipped.name,
    )


def _in_our_wheel(bom: Bom) -> list[Component]:
    return [component for component in bom.components if not component.purl]


def _needs(name: str, known: dict[str, Component]) -> list[str]:
    """The packages that one needs, of those that are shipped. What is not installed here tells none."""
    try:
        asked = {canonicalize_name(Requirement(each).name) for each in requires(name) or ()}
    except PackageNotFoundError:
        return []
    return sorted(asked & known.keys())


def main() -> None:
    """Write the bill and say where."""
    path = ROOT / "build" / f"dosije-{our_version()}.cdx.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(bill(), encoding="utf-8")
    print(path.relative_to(ROOT))  # noqa: T201


if __name__ == "__main__":
    main()
