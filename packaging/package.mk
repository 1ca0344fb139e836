# Source archive and packages. Included by the Makefile.
#
#   make dist           build/mod_cors-VERSION.tar.gz
#   make deb            build/deb/libapache2-mod-cors_*.deb
#   make rpm            build/rpm/RPMS/*/mod_cors-*.rpm
#   make check-package  both, and what lintian, rpmlint and a clean Debian 12 say of them

VERSION = $(eval VERSION := $(shell sed -n 's/^.define MOD_CORS_VERSION "\(.*\)"$$/\1/p' mod_cors.h))$(VERSION)
SOURCE = mod_cors-$(VERSION)
ARCHIVE = $(BUILD)/$(SOURCE).tar.gz
DEB_DIR = $(BUILD)/deb
RPM_DIR = $(abspath $(BUILD))/rpm

# The packages build with flags of their own, not with those of this make.
ALONE = env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u BUILD -u OPT -u DESTDIR

.PHONY: dist deb rpm check-package

dist:
	@packaging/dist.sh "$(SOURCE)" "$(ARCHIVE)"

# debian/ is not in the archive, as Debian wants it; it is kept beside it here.
deb:
	@test -d debian || { echo 'mod_cors: debian/ is in the repository, not in the source archive' >&2; exit 1; }
	@tools/deps.sh deb
	@$(MAKE) --no-print-directory dist
	@rm -rf $(DEB_DIR) && mkdir -p $(DEB_DIR)
	@cp $(ARCHIVE) $(DEB_DIR)/libapache2-mod-cors_$(VERSION).orig.tar.gz
	@tar -C $(DEB_DIR) -xzf $(ARCHIVE)
	@cp -R debian $(DEB_DIR)/$(SOURCE)
	cd $(DEB_DIR)/$(SOURCE) && $(ALONE) dpkg-buildpackage -us -uc
	@ls $(DEB_DIR)/*.deb

rpm:
	@tools/deps.sh rpm
	@$(MAKE) --no-print-directory dist
	@rm -rf $(RPM_DIR) && mkdir -p $(RPM_DIR)/SOURCES
	@cp $(ARCHIVE) $(RPM_DIR)/SOURCES
	$(ALONE) packaging/rpm.sh $(RPM_DIR)
	@ls $(RPM_DIR)/RPMS/*/*.rpm

check-package:
	@tools/deps.sh check-package
	@$(MAKE) --no-print-directory deb rpm
	@tests/package/check.sh
