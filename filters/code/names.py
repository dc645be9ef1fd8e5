"""What the name of a file says of it: tables of names and endings, all in lower case."""

from winnow.filters.lists import table

NAME_CHARACTERS = 500
"""Of a name are read: no real one is longer."""
KEPT_BY_REDPAJAMA = (
    ".asm", ".bat", ".cmd", ".c", ".h", ".cs", ".cpp", ".hpp", ".c++", ".h++", ".cc", ".hh", ".C", ".H", ".cmake",
    ".css", ".dockerfile", ".f90", ".f", ".f03", ".f08", ".f77", ".f95", ".for", ".fpp", ".go", ".hs", ".html", ".java",
    ".js", ".jl", ".lua", ".md", ".markdown", ".php", ".php3", ".php4", ".php5", ".phps", ".phpt", ".pl", ".pm", ".pod",
    ".perl", ".ps1", ".psd1", ".psm1", ".py", ".rb", ".rs", ".sql", ".scala", ".sh", ".bash", ".command", ".zsh", ".ts",
    ".tsx", ".tex", ".vb", "Dockerfile", "Makefile", ".xml", ".rst", ".m", ".smali",
)  # fmt: skip
"""How a path ends, its case as here."""
EXCLUDED_BY_STARCODER = table(
    ".bison .cats .w .csx .cl2 .sexp .xrl .f77 .frg .geo .vrx .grt .cdf .nbp .wlt .dpr .al .ph .plx .rkt .rktd .rktl "
    ".rest .pck .pls .tab .sig .ihlp .sthlp .aux .ltx .toc .vhf .vht .frx .yy"
)
LOCK = table(
    "package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock bun.lockb deno.lock poetry.lock uv.lock "
    "pdm.lock pixi.lock pipfile.lock conda-lock.yml conda-lock.yaml pylock.toml cargo.lock go.sum go.work.sum "
    "gopkg.lock glide.lock gemfile.lock gems.locked composer.lock symfony.lock packages.lock.json project.assets.json "
    "paket.lock podfile.lock package.resolved cartfile.resolved pubspec.lock mix.lock rebar.lock flake.lock "
    "gradle.lockfile buildscript-gradle.lockfile dependencies.lock chart.lock requirements.lock stack.yaml.lock "
    "cabal.project.freeze .terraform.lock.hcl conan.lock module.bazel.lock "
    "shard.lock spago.lock dub.selections.json vcpkg-lock.json berksfile.lock "
    "cpanfile.snapshot renv.lock"
)
DATA = table(
    ".csv .tsv .psv .ssv .jsonl .ndjson .geojson .topojson .svg .po .pot .mo .xliff .xlf .resx .arff .gpx .kml .gml "
    ".obj .stl .ply .off .dae .wrl .pdb .cif .mol .sdf .fasta .fa .fastq .vcf .bed .gff .gtf .ics .vcf .log .out .dat "
    ".data .har .plist .xmi .cube .bvh .ass .srt .vtt .sub .tmx .ipynb .eps .ps .xpm .xbm .pem .crt .cer .csr .key "
    ".asc .sig .mtx .nmf .afm .bdf .ttx .tmlanguage .dsc .map .snap .npz .nt .nq .ttl .rdf .owl .patch .diff"
)
"""Files that hold data, translations, pictures, records or keys, whatever is in them."""
STRUCTURED = table(".json .xml .yaml .yml .toml .xsd .wsdl .json5 .jsonc")
"""Formats that hold data where they are long, and settings where they are not."""
CONFIGURATION = table(
    ".toml .ini .cfg .conf .config .properties .env .editorconfig .yaml .yml .tf .tfvars .hcl .nix .gitignore "
    ".gitattributes .dockerignore .npmrc .babelrc .eslintrc .prettierrc .flake8 .pylintrc .coveragerc .csproj .vcxproj "
    ".sln .pbxproj .iml .props .targets .gradle .sbt .cabal .gemspec .podspec .service .desktop"
)
CONFIGURATION_NAMES = table(
    "package.json tsconfig.json jsconfig.json composer.json bower.json lerna.json nx.json angular.json app.json "
    "manifest.json vercel.json firebase.json now.json tslint.json .eslintrc.json .prettierrc.json renovate.json "
    "pom.xml web.xml androidmanifest.xml build.xml app.config web.config dockerfile makefile cmakelists.txt "
    "requirements.txt constraints.txt pipfile gemfile rakefile podfile procfile vagrantfile jenkinsfile "
    "setup.py conftest.py go.mod build.bazel build workspace meson.build"
)


def name_of(path: str) -> str:
    """The last part of a path, in lower case: "a/B.Py" -> "b.py"."""
    return path.replace("\\", "/").rpartition("/")[2][-NAME_CHARACTERS:].lower()


def ending_of(name: str) -> str:
    """From the last full stop on: "a.tar.gz" -> ".gz", ".npmrc" -> ".npmrc"; empty without one."""
    dot = name.rfind(".")
    return name[dot:] if dot >= 0 else ""


def is_lock(path: str) -> bool:
    """Whether a tool wrote down in it which versions it chose."""
    name = name_of(path)
    return name in LOCK or name.endswith((".lock.json", "-lock.json", ".lock.yaml", "-lock.yaml", ".lockfile"))


def is_configuration(path: str) -> bool:
    """Whether it says how a project is built or how tools are set."""
    name = name_of(path)
    return name in CONFIGURATION_NAMES or ending_of(name) in CONFIGURATION or name.endswith("rc.json")
